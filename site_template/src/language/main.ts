// Runs in the page's head, before anything is painted: goes on to the page in the visitor's language. In standalone.html,
// which has them all inside, it only leaves word for the page's script.

import { languageOf, wantedLanguages } from "./choice.ts";

const root = document.documentElement;
const { standalone, languages } = root.dataset; // languages: only in the default page, which chooses among them

if (standalone !== undefined && location.protocol === "file:") {
  // Browsers let no page on a disk load its parts.
  location.replace(languages === undefined ? `${standalone}#lang=${root.lang}` : standalone + location.hash);
} else if (languages !== undefined) {
  const pages = new Map(Object.entries(JSON.parse(languages) as Record<string, string>));
  const language = languageOf(wantedLanguages(), [...pages.keys()]) ?? root.lang;
  if (language !== root.lang && standalone !== undefined) location.replace(pages.get(language)! + location.search + location.hash);
  else if (language !== root.lang) root.dataset["language"] = language;
}

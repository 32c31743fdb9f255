// Runs in 404.html, which hosts show under any address of the site: leads its links to the folder that the site lies in, and
// puts the visitor's language first.

import { languageOf, wantedLanguages } from "../language/choice.ts";
import { foldersAbove } from "./folders.ts";

const sections = [...document.querySelectorAll<HTMLElement>("section[lang]")];
const language = languageOf(
  wantedLanguages(),
  sections.map((section) => section.lang),
);
const wanted = sections.find((section) => section.lang === language);
wanted?.parentElement!.prepend(wanted);

void leadHome();

async function leadHome(): Promise<void> {
  for (const folder of foldersAbove(location.pathname)) {
    if (!(await holdsTheSite(folder))) continue;
    for (const link of document.querySelectorAll("a")) link.href = folder + link.getAttribute("href")!;
    document.documentElement.dataset["home"] = folder;
    return;
  }
}

async function holdsTheSite(folder: string): Promise<boolean> {
  try {
    const answer = await fetch(`${folder}build.json`);
    return answer.ok && ((await answer.json()) as { readonly builder?: unknown }).builder === "plainfilm";
  } catch {
    return false;
  }
}

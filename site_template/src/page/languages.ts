// The menu of languages; and in standalone.html, which has every language inside, the page in the one that was chosen.

import { remember } from "../language/choice.ts";
import { bytesOfBase64 } from "../shared/bytes.ts";
import type { Words } from "./words.ts";

/** Films are lost with the page, so the visitor has to agree first. */
export function prepareLanguages(words: Words): void {
  const menu = document.querySelector<HTMLDetailsElement>(".languages");
  if (menu === null) return;
  for (const link of menu.querySelectorAll<HTMLAnchorElement>("a[hreflang]")) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return; // another tab
      event.preventDefault();
      if (document.body.classList.contains("has-readings") && !confirm(words.text("language-leave"))) return;
      const hash = remember(link.hreflang);
      const address = new URL(link.href);
      address.search = location.search; // the chosen model
      address.hash = hash;
      if (address.pathname !== location.pathname) return location.assign(address);
      location.replace(address); // the same page: only its hash changes
      location.reload();
    });
  }
  menu.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    menu.open = false;
    menu.querySelector("summary")!.focus();
  });
  document.addEventListener("click", ({ target }) => {
    if (!menu.contains(target as Node)) menu.open = false;
  });
}

/** Whether the page's head chose another language than the one that is there. */
export const anotherLanguageIsChosen = (): boolean => document.documentElement.dataset["language"] !== undefined;

/** Puts the page in the chosen language in place of this one. Where that fails, this one is shown. */
export async function showChosenLanguage(): Promise<void> {
  const root = document.documentElement;
  const block = document.querySelector<HTMLScriptElement>(`script[data-path='languages/${root.dataset["language"]!}.html.gz']`);
  try {
    if (block === null) return;
    const page = new DOMParser().parseFromString(await unpacked(bytesOfBase64(block.text)), "text/html");
    for (const node of [...document.body.childNodes]) {
      if (!(node instanceof HTMLScriptElement && node.dataset["path"] !== undefined)) node.remove();
    }
    document.title = page.title;
    root.lang = page.documentElement.lang;
    root.dir = page.documentElement.dir;
    document.body.prepend(...page.body.childNodes);
  } finally {
    delete root.dataset["language"]; // the page is seen again
  }
}

function unpacked(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}

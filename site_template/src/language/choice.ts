// Which language a visitor reads the page in: asked for in the address, chosen before, or one of the browser's.

const KEY = "plainfilm-language";

/** The first wanted language that there is, by its tag or by what stands before its first hyphen; null where there is none. */
export function languageOf(wanted: readonly string[], available: readonly string[]): string | null {
  const primary = (tag: string): string => tag.toLowerCase().split("-")[0]!;
  for (const tag of wanted) {
    const found =
      available.find((other) => other.toLowerCase() === tag.toLowerCase()) ?? available.find((other) => primary(other) === primary(tag));
    if (found !== undefined) return found;
  }
  return null;
}

/** What the visitor wants, most wanted first. */
export function wantedLanguages(): string[] {
  const asked = new URLSearchParams(location.hash.slice(1)).get("lang");
  return [asked, remembered(), ...navigator.languages].filter((tag) => tag !== null);
}

/** Keeps a choice for the next visit, and for this one in an address that says so: a page on a disk may have no storage. */
export function remember(language: string): string {
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // the address alone says it
  }
  return `#lang=${language}`;
}

function remembered(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

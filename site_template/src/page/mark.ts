// What a visitor notes of a film, beside what was read in it: kept while the film is on the page, and in every export.

export interface Mark {
  readonly starred: boolean;
  readonly comment: string;
  /** That its label cannot be relied on, or that the film is a poor one. */
  readonly doubt: "" | "label" | "film";
}

export const UNMARKED: Mark = { starred: false, comment: "", doubt: "" };

// By which words folders and tables name the site's classes: its own names and labels, and what site.toml lists under `[labels]`.

import type { Site } from "../../shared/site.ts";

/** Classes by what they are called, as `plain` has it. */
export type ClassWords = ReadonlyMap<string, string>;

export function classWordsOf({ classes, labels }: Pick<Site, "classes" | "labels">): ClassWords {
  const words = classes.flatMap(({ name, label }) => [name, label, ...(labels[name] ?? [])].map((word): [string, string] => [plain(word), name]));
  return new Map(words.reverse()); // of a word that several have, the first counts
}

/** A folder's name or a label without what makes no difference: case, accents, separators, the ending of a ZIP. */
export function plain(text: string): string {
  return text.normalize("NFKD").replace(/\p{Mn}/gu, "").toLowerCase().replace(/\.zip$/, "").replace(/[\s_-]+/g, " ").trim();
}

/** A path's folders, from the outermost in. */
export function foldersOf(path: string): string[] {
  return path.split("/").slice(0, -1);
}

/** The innermost folder that is called like a class; null where none is. Numbers are what machines call folders. */
export function classFolder(path: string, words: ClassWords): string | null {
  return foldersOf(path).findLast((folder) => !/^\d+$/.test(folder) && words.has(plain(folder))) ?? null;
}

/** Folders of so many kinds may say what is in them; more are patients or series. */
const MOST_KINDS = 8;

/**
 * Of every film the folder that may say what it shows: one that is called like a class, one that lies as deep as those, or where none
 * is called so, one of a few beside one another; null where no folder says anything.
 */
export function tellingFolders(paths: readonly string[], words: ClassWords): (string | null)[] {
  const own = paths.map((path) => classFolder(path, words));
  const depths = new Set(paths.flatMap((path, index) => (own[index] === null ? [] : [foldersOf(path).lastIndexOf(own[index]!)])));
  if (depths.size > 0) return paths.map((path, index) => own[index] ?? foldersOf(path).find((_, depth) => depths.has(depth)) ?? null);
  const inFolders = paths.map(foldersOf).filter((folders) => folders.length > 0);
  const depth = commonDepth(inFolders);
  const beside = new Set(inFolders.flatMap((folders) => folders[depth] ?? []).filter((folder) => !/^(\d+|[a-z]{1,3}\d+)$/i.test(folder)));
  if (beside.size < 2 || beside.size > MOST_KINDS) return paths.map(() => null);
  return paths.map((path) => foldersOf(path).find((folder, at) => at === depth && beside.has(folder)) ?? null);
}

/** How many folders all of these share. */
function commonDepth(all: readonly (readonly string[])[]): number {
  const [first, ...others] = all;
  if (first === undefined) return 0;
  const differs = first.findIndex((folder, depth) => others.some((other) => other[depth] !== folder));
  return differs === -1 ? first.length : differs;
}

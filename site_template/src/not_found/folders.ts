// Where the site may lie, seen from an address in it that leads nowhere.

const MOST = 12; // requests at most, whatever somebody types

/** The folders that an address lies in, the innermost first; each ends with a slash. */
export function foldersAbove(path: string): string[] {
  const names = path.split("/").slice(1, -1).slice(0, MOST);
  return [...names.keys(), names.length].reverse().map((count) => ["", ...names.slice(0, count), ""].join("/"));
}

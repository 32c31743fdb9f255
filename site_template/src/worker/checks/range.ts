// Nothing to see: hardly any grey levels lie between the dark and the bright parts.

import type { Grey } from "../../shared/film.ts";
import type { FilmCheck } from "./check.ts";

export const range: FilmCheck = {
  limit: "least_range",
  reason: "too-dark-or-blank",
  refuses({ film }, { least_range: least }) {
    if (least === undefined) return null;
    const seen = rangeOf(film);
    return seen < least ? { seen, expected: least } : null;
  },
};

/** Grey levels from the darkest twentieth of the pixels to the brightest. */
function rangeOf({ levels }: Grey): number {
  const counts = new Uint32Array(256);
  const others = new Uint32Array(256); // two neighbours are mostly of one level, and one count would wait for the other
  const even = levels.length - (levels.length % 2);
  for (let index = 0; index < even; index += 2) {
    counts[levels[index]!]! += 1;
    others[levels[index + 1]!]! += 1;
  }
  if (even < levels.length) counts[levels[even]!]! += 1;
  for (let level = 0; level < 256; level += 1) counts[level]! += others[level]!;
  const levelAt = (share: number): number => {
    let seen = 0;
    return counts.findIndex((count) => (seen += count) > share * (levels.length - 1));
  };
  return levelAt(0.95) - levelAt(0.05);
}

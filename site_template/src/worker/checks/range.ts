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
  // Four at a time and one count for each of them: neighbours are mostly of one level, and a common count would wait for the one before.
  const [counts, second, third, fourth] = [new Uint32Array(256), new Uint32Array(256), new Uint32Array(256), new Uint32Array(256)];
  const aligned = levels.byteOffset % 4 === 0 ? levels : levels.slice();
  const fours = new Uint32Array(aligned.buffer, aligned.byteOffset, levels.length >> 2);
  for (let index = 0; index < fours.length; index += 1) {
    const four = fours[index]!;
    counts[four & 255]! += 1;
    second[(four >> 8) & 255]! += 1;
    third[(four >> 16) & 255]! += 1;
    fourth[four >>> 24]! += 1;
  }
  for (let index = fours.length * 4; index < levels.length; index += 1) counts[levels[index]!]! += 1;
  for (let level = 0; level < 256; level += 1) counts[level]! += second[level]! + third[level]! + fourth[level]!;
  const levelAt = (share: number): number => {
    let seen = 0;
    return counts.findIndex((count) => (seen += count) > share * (levels.length - 1));
  };
  return levelAt(0.95) - levelAt(0.05);
}

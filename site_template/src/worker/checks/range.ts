// Nothing to see: hardly any grey levels lie between the dark and the bright parts.

import type { Grey } from "../../shared/film.ts";
import type { FilmCheck } from "./check.ts";

export const range: FilmCheck = {
  limit: "least_range",
  reason: "too-dark-or-blank",
  refuses({ film }, { least_range: least }) {
    if (least === undefined) return null;
    if (isWiderInPart(film, least)) return null;
    const seen = rangeOf(film);
    return seen < least ? { seen, expected: least } : null;
  },
};

/** Share of the pixels at each end that do not count. */
const END = 0.05;
/** Of so many rows one is looked at first: what each end has to have of those alone for being an end of all is a fifth of them. */
const PART = 4;

/** Whether a part of the rows alone has so many dark and so many bright pixels that the range of all is wide enough, whatever the others are. */
function isWiderInPart({ width, height, levels }: Grey, least: number): boolean {
  const [counts, others] = [new Uint32Array(256), new Uint32Array(256)]; // two, as neighbours are mostly of one level
  for (let y = 0; y < height; y += PART) {
    for (let at = y * width, end = at + width - 1; at < end; at += 2) {
      counts[levels[at]!]! += 1;
      others[levels[at + 1]!]! += 1;
    }
  }
  for (let level = 0; level < 256; level += 1) counts[level]! += others[level]!;
  const enough = END * (levels.length - 1) + 1;
  const firstWith = (of: Uint32Array): number => {
    let seen = 0;
    return of.findIndex((count) => (seen += count) > enough);
  };
  const [dark, bright] = [firstWith(counts), 255 - firstWith(counts.reverse())];
  return dark >= 0 && bright < 256 && bright - dark >= least;
}

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
  return levelAt(1 - END) - levelAt(END);
}

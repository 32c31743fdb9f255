// What a picture shows against being read, seen before the network runs; by limits that come with the bundle.

import type { Concern, Film, Grey } from "../shared/film.ts";
import { likeness, part, shrink, turnedBack, TURNS, withoutFrame, type Turn } from "../image/likeness.ts";
import type { BundleMetadata } from "../shared/metadata.ts";

export type FilmChecks = NonNullable<BundleMetadata["film_checks"]>;

/** Ways to put several films into one picture, in rows and columns. */
const LAYOUTS = [[1, 2], [2, 2], [1, 3], [2, 1], [3, 1]] as const;
/** How far from its place the edge between two films may be, in rows of the shrunk picture. */
const EDGE_REACH = 3;

/** In the order in which they help: what it is, whether there is anything to see, how many, how large. */
export function concernsOf(film: Film, checks: FilmChecks): Concern[] {
  const concerns: Concern[] = [];
  const { most_colour: mostColour, least_range: leastRange, smallest_side: smallestSide } = checks;
  if (mostColour !== undefined && film.colour > mostColour) {
    concerns.push({ reason: "colour-photograph", seen: String(Math.round(film.colour * 100)), expected: String(Math.round(mostColour * 100)) });
  }
  const range = rangeOf(film);
  if (leastRange !== undefined && range < leastRange) {
    concerns.push({ reason: "too-dark-or-blank", seen: String(range), expected: String(leastRange) });
  }
  const films = filmsIn(shrink(film), checks);
  if (films > 1) concerns.push({ reason: "several-films", seen: String(films), expected: "1" });
  const side = Math.min(film.width, film.height);
  if (smallestSide !== undefined && side < smallestSide) {
    concerns.push({ reason: "too-small", seen: String(side), expected: String(smallestSide) });
  }
  return concerns;
}

/** The ways in which it may have been turned: turned back, it looks more like the mean film. */
export function turnsOf(film: Grey, { mean_film: meanFilm }: FilmChecks): Turn[] {
  if (meanFilm === undefined) return [];
  const small = shrink(film);
  const asItIs = likeness(small, meanFilm);
  return TURNS.filter((turn) => likeness(turnedBack(small, turn), meanFilm) > asItIs);
}

/** Grey levels from the darkest twentieth of the pixels to the brightest. */
function rangeOf({ levels }: Grey): number {
  const counts = new Uint32Array(256);
  for (const level of levels) counts[level]! += 1;
  const levelAt = (share: number): number => {
    let seen = 0;
    return counts.findIndex((count) => (seen += count) > share * (levels.length - 1));
  };
  return levelAt(0.95) - levelAt(0.05);
}

/**
 * How many films lie side by side in a shrunk picture. Each part of a collage looks like a film, and no half of a film does;
 * but the upper and the lower half do, so that films one above another also need an edge between them.
 */
function filmsIn(picture: Grey, { mean_film: meanFilm, collage }: FilmChecks): number {
  if (meanFilm === undefined || collage === undefined) return 1;
  const film = withoutFrame(picture);
  let [films, best] = [1, collage.likeness];
  for (const [rows, columns] of LAYOUTS) {
    const parts = Array.from({ length: rows * columns }, (_, index) => {
      const [row, column] = [Math.floor(index / columns), index % columns];
      return part(film, row / rows, (row + 1) / rows, column / columns, (column + 1) / columns);
    });
    const least = Math.min(...parts.map((one) => likeness(one, meanFilm)));
    if (least > best && (columns > 1 || edgeBetween(film, rows) > collage.edge)) [films, best] = [rows * columns, least];
  }
  return films;
}

/** How much more two neighbouring rows differ where films one above another would meet than two rows commonly do. */
function edgeBetween({ width, height, levels }: Grey, films: number): number {
  const steps = Array.from({ length: height - 1 }, (_, y) => {
    let sum = 0;
    for (let at = y * width; at < (y + 1) * width; at += 1) sum += Math.abs(levels[at + width]! - levels[at]!);
    return sum;
  });
  const edges = Array.from({ length: films - 1 }, (_, index) => {
    const place = ((index + 1) * steps.length) / films;
    return Math.max(...steps.slice(Math.max(0, Math.trunc(place - EDGE_REACH)), Math.trunc(place + EDGE_REACH + 1)));
  });
  const common = [...steps].sort((a, b) => a - b)[Math.floor(steps.length / 2)]!;
  return Math.min(...edges) / Math.max(common, 1);
}

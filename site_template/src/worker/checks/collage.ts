// Several films in one picture, side by side or one above another.

import { likeness, part, withoutFrame } from "../../image/likeness.ts";
import type { Grey } from "../../shared/film.ts";
import type { FilmCheck, Limits } from "./check.ts";

/** Ways to put several films into one picture, in rows and columns. */
const LAYOUTS = [[1, 2], [2, 2], [1, 3], [2, 1], [3, 1]] as const;
/** How far from its place the edge between two films may be, in rows of the shrunk picture. */
const EDGE_REACH = 3;

export const collage: FilmCheck = {
  limit: "collage",
  reason: "several-films",
  refuses({ small }, { collage: limits, mean_film: meanFilm }) {
    const seen = limits === undefined || meanFilm === undefined ? 1 : filmsIn(small, meanFilm, limits);
    return seen > 1 ? { seen, expected: 1 } : null;
  },
};

/**
 * How many films lie side by side in a shrunk picture. Each part of a collage looks like a film, and no half of a film does;
 * but the upper and the lower half do, so films one above another also need an edge between them.
 */
function filmsIn(picture: Grey, meanFilm: readonly number[], collage: NonNullable<Limits["collage"]>): number {
  const film = withoutFrame(picture);
  let [films, best] = [1, collage.likeness];
  for (const [rows, columns] of LAYOUTS) {
    let least = Infinity;
    for (let index = 0; index < rows * columns && least > best; index += 1) {
      const [row, column] = [Math.floor(index / columns), index % columns];
      least = Math.min(least, likeness(part(film, row / rows, (row + 1) / rows, column / columns, (column + 1) / columns), meanFilm));
    }
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

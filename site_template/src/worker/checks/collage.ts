// Several films in one picture, side by side or one above another.

import { likeness, part, withoutFrame } from "../../image/likeness.ts";
import type { Grey } from "../../shared/film.ts";
import type { FilmCheck, Limits } from "./check.ts";

/** Ways to put several films into one picture, in rows and columns. */
const LAYOUTS = [[1, 2], [2, 2], [1, 3], [2, 1], [3, 1]] as const;
/** How far from its place the edge between two films may be, in rows or columns of the shrunk picture. */
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
 * How many films lie side by side in a shrunk picture. Each part of a collage looks like a film, and no half of a film does; less will do where there is
 * an edge between the parts. The upper and the lower half of a film look like films too, so those one above another need the edge.
 */
function filmsIn(picture: Grey, meanFilm: readonly number[], { likeness: alone, edge, likeness_at_edge: atEdge = alone }: NonNullable<Limits["collage"]>): number {
  const film = withoutFrame(picture);
  let [films, best] = [1, Math.min(alone, atEdge)];
  for (const [rows, columns] of LAYOUTS) {
    const parts = Array.from({ length: rows * columns }, (_, index) => {
      const [row, column] = [Math.floor(index / columns), index % columns];
      return part(film, row / rows, (row + 1) / rows, column / columns, (column + 1) / columns);
    });
    const least = Math.min(...parts.map((one) => likeness(one, meanFilm)));
    if (least <= best) continue;
    if ((columns > 1 && least > alone) || (least > atEdge && edgesIn(film, rows, columns) > edge)) [films, best] = [rows * columns, least];
  }
  return films;
}

/** The least of the edges where films in so many rows and columns would meet. */
function edgesIn({ width, height, levels }: Grey, rows: number, columns: number): number {
  return Math.min(edgeBetween(levels, rows, height, width, width, 1), edgeBetween(levels, columns, width, height, 1, width));
}

/** How much more two of `count` neighbouring lines, each of `length` levels, differ where films would meet than two lines commonly do; of one film, endlessly. */
function edgeBetween(levels: Uint8Array, films: number, count: number, length: number, toNext: number, along: number): number {
  if (films === 1) return Infinity;
  const steps = Array.from({ length: count - 1 }, (_, line) => {
    let sum = 0;
    for (let index = 0, at = line * toNext; index < length; index += 1, at += along) sum += Math.abs(levels[at + toNext]! - levels[at]!);
    return sum;
  });
  const edges = Array.from({ length: films - 1 }, (_, index) => {
    const place = ((index + 1) * steps.length) / films;
    return Math.max(...steps.slice(Math.max(0, Math.trunc(place - EDGE_REACH)), Math.trunc(place + EDGE_REACH + 1)));
  });
  const common = [...steps].sort((a, b) => a - b)[Math.floor(steps.length / 2)]!;
  return Math.min(...edges) / Math.max(common, 1);
}

// The film checks before the network runs, in the order in which they help people.

import type { Concern } from "../../shared/film.ts";
import type { FilmCheck, Limits, Picture } from "./check.ts";
import { collage } from "./collage.ts";
import { colour } from "./colour.ts";
import { range } from "./range.ts";
import { size } from "./size.ts";

/** What the picture is, whether there is anything to see, how many films, how large. */
export const CHECKS: readonly FilmCheck[] = [colour, range, collage, size];

export interface Refusal {
  readonly limit: FilmCheck["limit"];
  readonly concern: Concern;
}

/** Every check that refuses a picture. */
export function refusalsOf(picture: Picture, limits: Limits): Refusal[] {
  return CHECKS.flatMap(({ limit, reason, refuses }) => {
    const found = refuses(picture, limits);
    return found === null ? [] : [{ limit, concern: { reason, seen: String(found.seen), expected: String(found.expected) } }];
  });
}

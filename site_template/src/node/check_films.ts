// What the page's checks make of films before a network runs, in Node: node check_films.cjs FILMS LIMITS
//
// FILMS: raw_films.ts; LIMITS: JSON, as a bundle's film_checks. The standard output: for every film its description, the
// limits by which it is refused, and the turns that it may have been given.

import { describe, shrink } from "../image/likeness.ts";
import type { Limits } from "../worker/checks/check.ts";
import { refusalsOf } from "../worker/checks/checks.ts";
import { turnsOf } from "../worker/checks/turned.ts";
import { runProgram } from "./program.ts";
import { rawFilms } from "./raw_films.ts";

async function main(): Promise<void> {
  const [path, json] = process.argv.slice(2) as [string, string];
  const limits = JSON.parse(json) as Limits;
  const results = (await rawFilms(path)).map((film) => {
    const small = shrink(film);
    const refused_by = refusalsOf({ film, small }, limits).map(({ limit }) => limit);
    return { description: describe(small), refused_by, turns: turnsOf({ small }, limits) };
  });
  process.stdout.write(JSON.stringify(results));
}

runProgram(main);

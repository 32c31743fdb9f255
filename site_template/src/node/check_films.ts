// What the page's checks make of films before a network runs, in Node: node check_films.cjs FILMS CHECKS
//
// FILMS: raw_films.ts; CHECKS: JSON, as a bundle's film_checks. The standard output: for every film its description, the
// reasons that the checks find, and the turns that it may have been given.

import { describe, shrink } from "../image/likeness.ts";
import { concernsOf, turnsOf, type FilmChecks } from "../worker/film_checks.ts";
import { runProgram } from "./program.ts";
import { rawFilms } from "./raw_films.ts";

async function main(): Promise<void> {
  const [path, checksJson] = process.argv.slice(2) as [string, string];
  const checks = JSON.parse(checksJson) as FilmChecks;
  const films = await rawFilms(path);
  const results = films.map((film) => ({
    description: describe(shrink(film)), reasons: concernsOf(film, checks).map(({ reason }) => reason), turns: turnsOf(film, checks),
  }));
  process.stdout.write(JSON.stringify(results));
}

runProgram(main);

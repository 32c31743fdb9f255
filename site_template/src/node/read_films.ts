// Reads films with a bundle as the page's worker does, in Node: node read_films.cjs FILMS BUNDLE BINARIES
//
// FILMS: raw_films.ts. The standard output: for every film why it is refused, or null, and its ood_score.

import { readFilm } from "../worker/read.ts";
import { loadEngine } from "./load_engine.ts";
import { runProgram } from "./program.ts";
import { rawFilms } from "./raw_films.ts";

const AS_IT_IS = { anyway: false, turn: null };

async function main(): Promise<void> {
  const [path, bundlePath, binaries] = process.argv.slice(2) as [string, string, string];
  const { bundle, engine } = await loadEngine(bundlePath, binaries);
  const results: object[] = [];
  for (const film of await rawFilms(path)) {
    const { reason, ood_score } = await readFilm(bundle, engine, film, AS_IT_IS, new AbortController().signal);
    results.push({ reason, ood_score });
  }
  process.stdout.write(JSON.stringify(results));
}

runProgram(main);

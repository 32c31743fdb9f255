// Opens files as the formats worker does, and grey JPEGs as the reading worker does, in Node: node open_films.cjs FOLDER RULES FILE…
//
// RULES: the DicomRules of the site, or null, as JSON.
// FOLDER gets `N.grey` for every N-th file that could be read, its 8-bit levels, and `N.rgb`, its colours one after another,
// where it has any; the standard output, a JSON list with width,
// height, frames and concern, or the reason why it could not be read.

import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { mayBePainted } from "../formats/jpeg/meta.ts";
import { openFilm } from "../formats/open.ts";
import { paintWhole } from "../formats/whole.ts";
import { joined } from "../shared/bytes.ts";
import type { DicomRules } from "../shared/formats.ts";
import { ReadingError } from "../shared/reading.ts";
import { runProgram } from "./program.ts";

async function main(): Promise<void> {
  const [folder, rulesJson, ...files] = process.argv.slice(2) as [string, string, ...string[]];
  const rules = JSON.parse(rulesJson) as DicomRules | null;
  const results: object[] = [];
  for (const [index, file] of files.entries()) {
    try {
      const bytes = Uint8Array.from(await readFile(file));
      const painted = mayBePainted(bytes) ? paintWhole(bytes) : null;
      const { levels, planes, ...film } = painted === null ? await openFilm(bytes, { rules, inColour: true }) : { ...painted.grey, planes: null };
      await writeFile(path.join(folder, `${index}.grey`), levels);
      if (planes !== null) await writeFile(path.join(folder, `${index}.rgb`), joined(planes));
      results.push(film);
    } catch (error) {
      if (!(error instanceof ReadingError)) throw error;
      results.push({ reason: error.reason, message: error.message });
    }
  }
  process.stdout.write(JSON.stringify(results));
}

runProgram(main);

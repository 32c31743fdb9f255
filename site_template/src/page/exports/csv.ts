// Readings as a table for spreadsheets (shared/csv.ts).

import { FOR_PROGRAMS, tableOf, type Dialect } from "../../shared/csv.ts";
import type { Column } from "./columns.ts";
import type { FilmRecord } from "./record.ts";

/** A header, and one line for each film. */
export function csvOf(films: readonly FilmRecord[], columns: readonly Column[], dialect: Dialect = FOR_PROGRAMS): string {
  return tableOf([columns.map(({ name }) => name), ...films.map((film) => columns.map(({ of }) => of(film)))], dialect);
}

// Readings as a table for spreadsheets (shared/csv.ts).

import { FOR_PROGRAMS, tableOf, type Dialect } from "../../shared/csv.ts";
import type { Column } from "./columns.ts";
import type { FilmRecord } from "./record.ts";

/** A header, and one line for each film. */
export function csvOf(films: readonly FilmRecord[], columns: readonly Column[], dialect: Dialect = FOR_PROGRAMS): string {
  return tableOf([columns.map(({ name }) => name)], dialect) + linesOf(films, columns, dialect);
}

/** Their lines alone. */
export function linesOf(films: readonly FilmRecord[], columns: readonly Column[], dialect: Dialect): string {
  return tableOf(films.map((film) => columns.map(({ of }) => of(film))), dialect).slice(1); // without the mark at a table's beginning
}

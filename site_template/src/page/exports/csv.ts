// Readings as a table for spreadsheets: RFC 4180, UTF-8 with the byte order mark that Excel wants, and no cell is a formula.

import type { Model, Site } from "../../shared/site.ts";
import { originOf, type FilmRecord } from "./record.ts";

type Cell = string | number | boolean | null;

const BYTE_ORDER_MARK = "\ufeff";
/** A spreadsheet takes a text that begins so for a formula (OWASP, CSV Injection). */
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/** One line for each film; every class has two columns, and every population of the model four, for films of which it is not said whose they are. */
export function csvOf(films: readonly FilmRecord[], site: Site, model: Model): string {
  const rows = films.map((film) => rowOf(film, site, model));
  const header = rows[0]?.map(([name]) => name) ?? [];
  const lines = [header, ...rows.map((row) => row.map(([, cell]) => cell))];
  return BYTE_ORDER_MARK + lines.map((line) => line.map(written).join(",") + "\r\n").join("");
}

function rowOf(film: FilmRecord, site: Site, model: Model): [string, Cell][] {
  const { classes, indeterminate_zone: zone, by_population: each, ...rest } = film;
  const ofClass = (name: string) => classes.find(({ class_name: one }) => one === name);
  return [
    ...Object.entries(rest),
    ["indeterminate_from", zone?.from ?? null],
    ["indeterminate_to", zone?.to ?? null],
    ...site.classes.map(({ name }): [string, Cell] => [`probability_${name}`, ofClass(name)?.probability ?? null]),
    ...site.classes.map(({ name }): [string, Cell] => [`logit_${name}`, ofClass(name)?.logit ?? null]),
    ...model.populations.flatMap(({ name }): [string, Cell][] => {
      const one = each.find(({ population }) => population === name);
      return [
        [`reading_as_${name}`, one?.reading ?? null], [`probability_as_${name}`, one?.probability ?? null],
        [`threshold_as_${name}`, one?.threshold ?? null], [`zone_as_${name}`, one?.zone ?? null],
      ];
    }),
    ...Object.entries(originOf(site, model)),
  ];
}

/** Numbers are written in full, and as they are: only texts can come from outside. */
function written(cell: Cell): string {
  if (typeof cell !== "string") return cell === null ? "" : String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

// Readings as a workbook of two sheets: the films, and what holds for all of them.

import type { Model, Site } from "../../shared/site.ts";
import type { Sheet, XlsxCell } from "../../shared/xlsx.ts";
import type { Column } from "./columns.ts";
import { originOf, type FilmRecord, type LeftOut } from "./record.ts";

export function workbookOf(
  films: readonly FilmRecord[], columns: readonly Column[], leftOut: readonly LeftOut[], site: Site, model: Model, now = new Date(),
): Sheet[] {
  const rows = films.map((film) => columns.map(({ of }) => of(film)));
  return [
    { name: "readings", rows: [columns.map(({ name }) => name), ...rows], header: true },
    { name: "about", rows: [["what", "value"], ...aboutOf(films, leftOut, site, model, now)], header: true, widths: [32, 80] },
  ];
}

function aboutOf(films: readonly FilmRecord[], leftOut: readonly LeftOut[], site: Site, model: Model, now: Date): XlsxCell[][] {
  const points = new Set(films.filter(({ operating_point }) => operating_point !== null).map(({ operating_point, threshold }) => `${operating_point}: ${threshold}`));
  const populations = new Set(films.map(({ population }) => population).filter((one) => one !== null).map((one) => one || "not said"));
  return [
    ...Object.entries(originOf(site, model)),
    ["title", model.title],
    ["exported", now],
    ["classes", site.classes.map(({ name }) => name).join(", ")],
    ["positive_class", site.positive_class],
    ["operating_point: threshold", [...points].join(", ")],
    ...(populations.size === 0 ? [] : [["population", [...populations].join(", ")]]),
    ["films", films.length],
    ...[...counted(films.map(statusOf))].map(([status, count]) => [`films: ${status}`, count]),
    ["files left out", leftOut.reduce((sum, { files }) => sum + files, 0)],
    ...leftOut.map(({ reason, files }) => [`files left out: ${reason}`, files]),
  ];
}

function statusOf({ status, reading, reason }: FilmRecord): string {
  return status === "done" ? `read as ${reading}` : reason === null ? status : `${status}, ${reason}`;
}

function counted(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

// The one table of what every tabular export has of a film: CSV and workbook are written from these columns, in this order.

import type { Model, Site } from "../../shared/site.ts";
import type { XlsxCell } from "../../shared/xlsx.ts";
import { originOf, type FilmRecord } from "./record.ts";

export interface Column {
  readonly name: string;
  readonly of: (film: FilmRecord) => XlsxCell;
}

/** Of a film record as it is. */
const BEFORE = ["file", "status", "reason", "message", "reading"] as const;
const AFTER = ["operating_point", "threshold", "zone", "population", "ood_score", "seen", "expected", "overridden", "width", "height", "milliseconds", "backend"] as const;
/** What the visitor says of it. */
const MARKS = ["starred", "comment", "doubt", "study"] as const;

/**
 * Every class has two columns, and every population of the model five, for films of which it is not said whose they are. `sought` is the
 * class that is looked for; null where none of several is.
 */
export function columnsOf(site: Site, model: Model, sought: string | null = site.positive_class): Column[] {
  const plain = (names: readonly (typeof BEFORE | typeof AFTER | typeof MARKS)[number][]): Column[] => names.map((name) => ({ name, of: (film) => film[name] }));
  const ofClass = (film: FilmRecord, name: string) => film.classes.find(({ class_name }) => class_name === name);
  const ofPopulation = (film: FilmRecord, name: string) => film.by_population.find(({ population }) => population === name);
  const label = site.classes.find(({ name }) => name === sought)?.label ?? sought;
  return [
    ...plain(BEFORE),
    // Not of a film of which it is not said whose it is: the page has no one number for it either.
    ...(sought === null ? [] : [{ name: `${label} %`, of: (film: FilmRecord) => (film.by_population.length > 0 ? null : percent(ofClass(film, sought)?.probability)) }]),
    ...plain(AFTER),
    { name: "date", of: ({ date }) => (date === null ? null : new Date(date)) },
    ...plain(MARKS),
    { name: "indeterminate_from", of: ({ indeterminate_zone }) => indeterminate_zone?.from ?? null },
    { name: "indeterminate_to", of: ({ indeterminate_zone }) => indeterminate_zone?.to ?? null },
    ...site.classes.map(({ name }): Column => ({ name: `probability_${name}`, of: (film) => ofClass(film, name)?.probability ?? null })),
    ...site.classes.map(({ name }): Column => ({ name: `logit_${name}`, of: (film) => ofClass(film, name)?.logit ?? null })),
    ...model.populations.flatMap(({ name }): Column[] => [
      { name: `reading_as_${name}`, of: (film) => ofPopulation(film, name)?.reading ?? null },
      ...(sought === null ? [] : [{ name: `${label} % as ${name}`, of: (film: FilmRecord) => percent(ofPopulation(film, name)?.probability) }]),
      { name: `probability_as_${name}`, of: (film) => ofPopulation(film, name)?.probability ?? null },
      { name: `threshold_as_${name}`, of: (film) => ofPopulation(film, name)?.threshold ?? null },
      { name: `zone_as_${name}`, of: (film) => ofPopulation(film, name)?.zone ?? null },
    ]),
    ...Object.entries(originOf(site, model)).map(([name, value]): Column => ({ name, of: () => value })),
  ];
}

/** With one decimal, as the page shows it. */
function percent(probability: number | null | undefined): number | null {
  return probability == null ? null : Math.round(probability * 1000) / 10;
}

// Labelled films as cases for the statistics: read as one population's, with what they can be told apart by.

import type { Case } from "../../measure/types.ts";
import type { Film } from "../film.ts";
import { formatOf, sizeOf, viewOf } from "./film_facts.ts";
import type { LabelledFilm } from "./labelled.ts";

/** How a film fares: it is read, refused (or cannot be read), or waits. */
export type Fate = { readonly score: number } | { readonly refused: string } | "waiting";

/** A film as one of a population's (null: the model reads all films alike); null where its own file says that it is another's. */
export function fateOf(film: Film, population: string | null): Fate | null {
  const { status, decided, reason } = film;
  if (population !== null && film.population !== null && film.population !== "" && film.population !== population) return null;
  if (status === "refused" || status === "error") return { refused: reason ?? "unreadable" };
  if (status !== "done" || decided === null) return "waiting";
  if (decided.overridden) return { refused: "overridden" };
  const by = decided.by_population.find((one) => one.population === population);
  return { score: (by ?? decided).probability! };
}

export interface Cases {
  readonly cases: readonly Case[];
  /** By the cases' names. */
  readonly films: ReadonlyMap<string, Film>;
  readonly waiting: number;
  /** Not counted: by what their own files say, those of another population than the one that is measured. */
  readonly ofOthers: readonly Film[];
  /** By what films can be told apart: keys of their groups with several values, columns by their own names. */
  readonly keys: readonly string[];
}

/** A value for each film, or too many different ones, make no groups. */
const MOST_GROUPS = 12;
/** Before a column's name, so that none passes for what the page knows itself. */
export const COLUMN = "column:";

export function casesOf(labelled: readonly LabelledFilm[], population: string | null, positive: string): Cases {
  const cases: Case[] = [];
  const films = new Map<string, Film>();
  const ofOthers: Film[] = [];
  let waiting = 0;
  for (const one of labelled) {
    const fate = fateOf(one.film, population);
    if (fate === null) {
      ofOthers.push(one.film);
      continue;
    }
    if (fate === "waiting") {
      waiting += 1;
      continue;
    }
    const file = unlike(one.film.name, films);
    films.set(file, one.film);
    cases.push({
      file,
      label: one.label === positive ? 1 : 0,
      score: "score" in fate ? fate.score : null,
      refused: "refused" in fate ? fate.refused : null,
      ...(one.patient !== undefined && { patient: one.patient }),
      groups: groupsOf(one),
      doubtful: one.film.mark.doubt !== "",
    });
  }
  const values = new Map<string, Set<string>>();
  for (const { groups } of cases) for (const [key, value] of Object.entries(groups)) values.set(key, (values.get(key) ?? new Set()).add(value));
  return { cases, films, waiting, ofOthers, keys: [...values].filter(([, { size }]) => size >= 2 && size <= MOST_GROUPS).map(([key]) => key) };
}

function groupsOf({ film, columns, folder }: LabelledFilm): Record<string, string> {
  const [size, view] = [sizeOf(film), viewOf(film.file)];
  return {
    ...(folder !== null && { folder }),
    ...Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== "").map(([name, value]) => [COLUMN + name, value])),
    format: formatOf(film.name),
    ...(size !== null && { size }),
    ...(view !== null && { view }),
    ...(film.population !== null && film.population !== "" && { population: film.population }),
  };
}

function unlike(name: string, known: ReadonlyMap<string, unknown>): string {
  for (let copy = 1; ; copy += 1) {
    const candidate = copy === 1 ? name : `${name} (${copy})`;
    if (!known.has(candidate)) return candidate;
  }
}

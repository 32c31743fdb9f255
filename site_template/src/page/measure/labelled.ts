// Which of the page's films are labelled, and as what: by tables where there are any, or else by the folders that they lie in.

import type { Film } from "../film.ts";
import { foldersOf, plain, tellingFolders, type ClassWords } from "./class_words.ts";
import { matchRows } from "./matching.ts";
import type { LabelTable } from "./tables.ts";

export interface LabelledFilm {
  readonly film: Film;
  readonly file: File;
  /** A class's name. */
  readonly label: string;
  readonly patient?: string;
  /** Columns of the table, and `folder`: a folder beside the class's. */
  readonly columns: Readonly<Record<string, string>>;
  readonly folder: string | null;
}

/** What a folder or a label of the table is called, and as what it counts. */
export interface Value {
  readonly text: string;
  readonly n: number;
  /** A class; null: not used; undefined: nobody has said it. */
  readonly meaning: string | null | undefined;
}

export interface Assembled {
  readonly labelled: readonly LabelledFilm[];
  readonly values: readonly Value[];
  readonly unlabelled: readonly Film[];
  /** Several lines may be of them. */
  readonly ambiguous: readonly Film[];
  /** With a label that is not used. */
  readonly leftOut: readonly Film[];
  /** Files of the table that are not here. */
  readonly missing: readonly string[];
  /** Files of the table with several labels. */
  readonly contradictory: readonly string[];
  /** Lines of the tables without a file or a label. */
  readonly incomplete: number;
}

export function assemble(films: readonly Film[], tables: readonly LabelTable[], said: ReadonlyMap<string, string | null>, words: ClassWords): Assembled {
  const names = films.map(({ name }) => name);
  const meaningOf = (text: string): string | null | undefined => (said.has(plain(text)) ? said.get(plain(text)) : words.get(plain(text)));
  const matched = tables.length === 0 ? null : matchRows(names, tables.flatMap(({ rows }) => rows), (label) => meaningOf(label) ?? plain(label));
  const texts = matched === null ? tellingFolders(names, words) : matched.rows.map((row) => row?.label ?? null);
  const beside = folderBeside(names, texts, matched === null, words);
  const counts = new Map<string, { text: string; n: number }>();
  for (const text of texts) {
    if (text === null) continue;
    const known = counts.get(plain(text));
    if (known === undefined) counts.set(plain(text), { text, n: 1 });
    else known.n += 1;
  }
  const labelled: LabelledFilm[] = [];
  const [unlabelled, leftOut]: [Film[], Film[]] = [[], []];
  const unclear = new Set(matched?.ambiguous ?? []);
  films.forEach((film, index) => {
    const text = texts[index]!;
    if (text === null) return void (unclear.has(index) || unlabelled.push(film));
    const meaning = meaningOf(text);
    if (meaning == null) return void leftOut.push(film);
    const row = matched?.rows[index];
    labelled.push({ film, file: film.file, label: meaning, ...(row?.patient && { patient: row.patient }), columns: row?.groups ?? {}, folder: beside[index]! });
  });
  return {
    labelled, unlabelled, leftOut,
    values: [...counts.values()].map((value) => ({ ...value, meaning: meaningOf(value.text) })).sort((a, b) => b.n - a.n),
    ambiguous: [...unclear].map((index) => films[index]!),
    missing: (matched?.unused ?? []).map(({ file }) => file),
    contradictory: matched?.contradictory ?? [],
    incomplete: tables.reduce((sum, { incomplete }) => sum + incomplete.length, 0),
  };
}

/** Of every film the outermost folder that films differ in, besides the one that says what it shows; null where there is none. */
function folderBeside(names: readonly string[], texts: readonly (string | null)[], byFolder: boolean, words: ClassWords): (string | null)[] {
  const others = names.map((name, index) => foldersOf(name).filter((folder) => (byFolder ? folder !== texts[index] : !words.has(plain(folder)))));
  const depth = Math.max(0, ...others.map(({ length }) => length));
  for (let at = 0; at < depth; at += 1) if (new Set(others.map((folders) => folders[at])).size > 1) return others.map((folders) => folders[at] ?? null);
  return names.map(() => null);
}

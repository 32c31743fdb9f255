// Which line of a table is which film's: by path where both have one, by name where that is enough.

import type { LabelRow } from "./tables.ts";

export interface Matched {
  /** By the films' numbers; null: no line, or none that is surely its. */
  readonly rows: readonly (LabelRow | null)[];
  /** Films that several lines may be of, or the other way round, by their numbers. */
  readonly ambiguous: readonly number[];
  /** Lines that are no film's. */
  readonly unused: readonly LabelRow[];
  /** Lines that say different things of the same file: none of them counts. */
  readonly contradictory: readonly string[];
}

const ENDING = /\.(dcm|dicom|jpe?g|png|tiff?|bmp|webp|gif)$/i;

const partsOf = (path: string): string[] => path.normalize("NFC").toLowerCase().replaceAll("\\", "/").split("/").filter((part) => part !== "" && part !== ".");
const stem = (name: string): string => name.replace(ENDING, "");

/** How many parts two paths share from their ends, the names without their endings where `loosely`; 0 where they contradict each other. */
function shared(a: readonly string[], b: readonly string[], loosely: boolean): number {
  const same = (one: string, other: string, back: number): boolean => one === other || (loosely && back === 1 && stem(one) === stem(other));
  let back = 1;
  while (back <= a.length && back <= b.length && same(a.at(-back)!, b.at(-back)!, back)) back += 1;
  return back - 1;
}

export function matchRows(files: readonly string[], rows: readonly LabelRow[]): Matched {
  const contradictory = new Set<string>();
  const known = new Map<string, LabelRow>();
  for (const row of rows) {
    const key = partsOf(row.file).join("/");
    const before = known.get(key);
    if (before !== undefined && before.label !== row.label) contradictory.add(key);
    else if (before === undefined) known.set(key, row);
  }
  const entries = [...known].map(([key, row]) => ({ row, parts: key.split("/"), isContradictory: contradictory.has(key) }));
  const byName = new Map<string, (typeof entries)[number][]>();
  for (const entry of entries) {
    const name = stem(entry.parts.at(-1) ?? "");
    const others = byName.get(name);
    if (others === undefined) byName.set(name, [entry]);
    else others.push(entry);
  }
  const paths = files.map(partsOf);
  const filmsByName = new Map<string, number>();
  for (const parts of paths) {
    const name = stem(parts.at(-1) ?? "");
    filmsByName.set(name, (filmsByName.get(name) ?? 0) + 1);
  }
  const ambiguous = new Set<number>();
  /** Lines that may be some film's. */
  const taken = new Set<LabelRow>();
  const used = new Map<LabelRow, { film: number; depth: number }[]>();
  paths.forEach((parts, film) => {
    const name = parts.at(-1) ?? "";
    const candidates = byName.get(stem(name)) ?? [];
    const rated = candidates
      .map((entry) => {
        const exact = shared(parts, entry.parts, false);
        const depth = Math.max(exact, shared(parts, entry.parts, true));
        const whole = depth === Math.min(parts.length, entry.parts.length);
        return { entry, depth, exact: exact > 0, whole };
      })
      .filter(({ whole }) => whole || (candidates.length === 1 && filmsByName.get(stem(name)) === 1 && ENDING.test(name)));
    if (rated.length === 0) return;
    const best = Math.max(...rated.map(({ depth, exact }) => depth + (exact ? 0.5 : 0)));
    const top = rated.filter(({ depth, exact }) => depth + (exact ? 0.5 : 0) === best);
    const [{ entry, depth }] = top as [(typeof top)[number]];
    const alike = top.every((one) => one.entry.row.label === entry.row.label && one.entry.row.patient === entry.row.patient);
    for (const one of top) taken.add(one.entry.row);
    if (top.length > 1 && !alike) ambiguous.add(film);
    else {
      const others = used.get(entry.row);
      if (others === undefined) used.set(entry.row, [{ film, depth }]);
      else others.push({ film, depth });
    }
  });
  const found: (LabelRow | null)[] = files.map(() => null);
  for (const [row, films] of used) {
    const best = Math.max(...films.map(({ depth }) => depth));
    const closest = films.filter(({ depth }) => depth === best);
    if (closest.length > 1) for (const { film } of closest) ambiguous.add(film); // of which the line speaks, it does not say
    else if (!contradictory.has(partsOf(row.file).join("/"))) found[closest[0]!.film] = row;
    for (const { film } of films) if (!closest.some((one) => one.film === film)) ambiguous.add(film);
  }
  return {
    rows: found,
    ambiguous: [...ambiguous].sort((a, b) => a - b),
    unused: entries.filter(({ row, isContradictory }) => !taken.has(row) && !isContradictory).map(({ row }) => row),
    contradictory: [...contradictory].map((key) => known.get(key)!.file),
  };
}

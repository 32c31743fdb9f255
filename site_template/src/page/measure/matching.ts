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

/** The last of a path's parts, so many, with the name without its ending. */
const endOf = (parts: readonly string[], count: number): string => [...parts.slice(-count, -1), stem(parts.at(-1) ?? "")].join("/");

interface Entry {
  readonly row: LabelRow;
  readonly number: number;
  readonly parts: readonly string[];
  readonly isContradictory: boolean;
}

/** The lines by their paths' ends, so that thousands of films with one name (`IM0001`, in a folder for each patient) are found at once. */
class Lines {
  readonly #byName = new Map<string, Entry[]>();
  readonly #byPath = new Map<string, Entry[]>();
  readonly #beyond = new Map<string, Entry[]>();

  /** `films`: the films' whole paths, as `endOf` has them. */
  constructor(entries: readonly Entry[], films: ReadonlySet<string>) {
    for (const entry of entries) {
      const { parts } = entry;
      add(this.#byName, endOf(parts, 1), entry);
      add(this.#byPath, endOf(parts, parts.length), entry);
      for (let count = 1; count < parts.length; count += 1) {
        const end = endOf(parts, count);
        if (films.has(end)) add(this.#beyond, end, entry);
      }
    }
  }

  /** Lines of which one path ends as the whole other does, in their order, with how many parts they share. */
  of(parts: readonly string[]): { readonly entry: Entry; readonly depth: number }[] {
    const found: { entry: Entry; depth: number }[] = [];
    for (let depth = 1; depth <= parts.length; depth += 1) for (const entry of this.#byPath.get(endOf(parts, depth)) ?? []) found.push({ entry, depth });
    for (const entry of this.#beyond.get(endOf(parts, parts.length)) ?? []) found.push({ entry, depth: parts.length });
    return found.sort((a, b) => a.entry.number - b.entry.number);
  }

  /** The only line with that name, wherever it says that the file is; null where there are none or several. */
  only(parts: readonly string[]): Entry | null {
    const [entry, ...others] = this.#byName.get(endOf(parts, 1)) ?? [];
    return entry === undefined || others.length > 0 ? null : entry;
  }
}

function add<T>(lists: Map<string, T[]>, key: string, one: T): void {
  const known = lists.get(key);
  if (known === undefined) lists.set(key, [one]);
  else known.push(one);
}

/** How many parts two paths share from their ends, the names without their endings. */
function shared(a: readonly string[], b: readonly string[]): number {
  let back = 1;
  while (back < a.length && back < b.length && a.at(-back - 1) === b.at(-back - 1)) back += 1;
  return back;
}

/** `meaning`: what two labels have in common that say the same. */
export function matchRows(files: readonly string[], rows: readonly LabelRow[], meaning: (label: string) => string = (label) => label): Matched {
  const contradictory = new Set<string>();
  const known = new Map<string, LabelRow>();
  for (const row of rows) {
    const key = partsOf(row.file).join("/");
    const before = known.get(key);
    if (before !== undefined && meaning(before.label) !== meaning(row.label)) contradictory.add(key);
    else if (before === undefined) known.set(key, row);
  }
  const entries = [...known].map(([key, row], number): Entry => ({ row, number, parts: key.split("/"), isContradictory: contradictory.has(key) }));
  const paths = files.map(partsOf);
  const filmsByName = new Map<string, number>();
  for (const parts of paths) filmsByName.set(endOf(parts, 1), (filmsByName.get(endOf(parts, 1)) ?? 0) + 1);
  const lines = new Lines(entries, new Set(paths.map((parts) => endOf(parts, parts.length))));
  const ambiguous = new Set<number>();
  /** Lines that may be some film's. */
  const taken = new Set<LabelRow>();
  const used = new Map<LabelRow, { film: number; depth: number }[]>();
  paths.forEach((parts, film) => {
    const name = parts.at(-1) ?? "";
    const only = ENDING.test(name) && filmsByName.get(endOf(parts, 1)) === 1 ? lines.only(parts) : null;
    const near = lines.of(parts);
    if (near.length === 0 && only !== null) near.push({ entry: only, depth: shared(parts, only.parts) });
    const rated = near.map(({ entry, depth }) => ({ entry, depth, exact: entry.parts.at(-1) === name }));
    if (rated.length === 0) return;
    const best = Math.max(...rated.map(({ depth, exact }) => depth + (exact ? 0.5 : 0)));
    const top = rated.filter(({ depth, exact }) => depth + (exact ? 0.5 : 0) === best);
    const [{ entry, depth }] = top as [(typeof top)[number]];
    const alike = top.every((one) => meaning(one.entry.row.label) === meaning(entry.row.label) && one.entry.row.patient === entry.row.patient);
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

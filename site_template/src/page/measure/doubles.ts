// The same file twice among labelled films, by the SHA-256 of its bytes: one counts once, and one that is labelled as two things not at all.

import { sha256 } from "@noble/hashes/sha2.js";

export interface Labelled {
  readonly file: Blob;
  readonly label: string;
}

export interface Doubles<T> {
  /** Not counted: further copies of a film, each with the one that counts. */
  readonly again: ReadonlyMap<T, T>;
  /** Not counted: films with the same bytes under several labels, together. */
  readonly contradictory: readonly (readonly T[])[];
}

/** Hashes are kept by file: a film is read once. */
const known = new WeakMap<Blob, string>();

/** Of files of the same size, as DICOM often has them, this much from the middle is compared first. */
const PIECE_BYTES = 65_536;

/** Only files of the same size can be the same, so most are never read. */
export async function doublesAmong<T extends Labelled>(films: readonly T[], signal: AbortSignal): Promise<Doubles<T>> {
  const again = new Map<T, T>();
  const contradictory: T[][] = [];
  for (const alike of groupedBy(films, ({ file }) => String(file.size)).filter((group) => group.length > 1)) {
    for (const copies of await sameBy(await sameBy([alike], pieceOf, signal), hashOf, signal)) {
      if (signal.aborted) return { again, contradictory };
      if (new Set(copies.map(({ label }) => label)).size > 1) contradictory.push(copies);
      else for (const copy of copies.slice(1)) again.set(copy, copies[0]!);
    }
  }
  return { again, contradictory };
}

/** Of groups of films, the smaller groups in which all have the same key. */
async function sameBy<T extends Labelled>(groups: readonly T[][], keyOf: (file: Blob) => Promise<string>, signal: AbortSignal): Promise<T[][]> {
  const found: T[][] = [];
  for (const group of groups) {
    const keyed: { film: T; key: string }[] = [];
    for (const film of group) if (!signal.aborted) keyed.push({ film, key: await keyOf(film.file) });
    found.push(...groupedBy(keyed, ({ key }) => key).filter((same) => same.length > 1).map((same) => same.map(({ film }) => film)));
  }
  return found;
}

const pieces = new WeakMap<Blob, Promise<string>>();

function pieceOf(file: Blob): Promise<string> {
  const before = pieces.get(file);
  if (before !== undefined) return before;
  const from = Math.max(0, Math.floor((file.size - PIECE_BYTES) / 2));
  const piece = hashOf(file.slice(from, from + PIECE_BYTES));
  pieces.set(file, piece);
  return piece;
}

/** Hexadecimal; of a file that cannot be read, something that no other has. */
async function hashOf(file: Blob): Promise<string> {
  const before = known.get(file);
  if (before !== undefined) return before;
  const bytes = await file.arrayBuffer().catch(() => null);
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined; // pages that came over plain http have none
  const digest = bytes === null ? null : subtle ? new Uint8Array(await subtle.digest("SHA-256", bytes)) : sha256(new Uint8Array(bytes));
  const hash = digest === null ? `unreadable ${Math.random()}` : Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  known.set(file, hash);
  return hash;
}

function groupedBy<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

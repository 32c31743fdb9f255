// The orders in which films can stand, and how a long list is brought into one without holding anybody up.

import type { Film } from "../film.ts";
import { inSlices, MOVED } from "./in_slices.ts";

export const ORDERS = ["given", "name", "probability", "threshold", "reason"] as const;
export type Order = (typeof ORDERS)[number];

/** What of a film decides where it stands. */
export type Sortable = Pick<Film, "name" | "probability" | "reading" | "reason">;
/** What is without one comes last, whichever way the order goes. */
type Key = string | number | null;

const RUN = 64;
/** Made when it is first wanted: it takes longer than all else of a start. */
let collator: Intl.Collator | undefined;

/** As people count: film 2 before film 10. */
export function naturally(one: string, other: string): number {
  collator ??= new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  return collator.compare(one, other) || (one < other ? -1 : Number(one > other));
}

/** The likeliest first; nearest to its threshold first; those with a reason first. */
export const KEYS: Readonly<Record<Exclude<Order, "given">, (film: Sortable) => Key>> = {
  name: ({ name }) => name,
  probability: ({ probability }) => (probability === null ? null : -probability),
  threshold: ({ reading }) => (reading?.probability == null ? null : Math.abs(odds(reading.probability) - odds(reading.threshold))),
  reason: ({ reason }) => reason,
};

/** In the order of their keys, and as they came where those are alike; null where it was given up. */
export async function sorted<T>(items: readonly T[], keyOf: (item: T) => Key, reversed: boolean, signal: AbortSignal): Promise<T[] | null> {
  const keyed = items.map((item, index) => ({ item, key: keyOf(item), index }));
  type Keyed = (typeof keyed)[number];
  const compare = (a: Keyed, b: Keyed): number => {
    const bare = Number(a.key === null) - Number(b.key === null);
    if (bare !== 0 || a.key === null || b.key === null) return bare || a.index - b.index;
    const found = typeof a.key === "string" ? naturally(a.key, String(b.key)) : a.key - Number(b.key);
    return (reversed ? -found : found) || a.index - b.index;
  };
  let runs: Keyed[][] = [];
  for (let from = 0; from < keyed.length; from += RUN) runs.push(keyed.slice(from, from + RUN));
  await inSlices(runs, (run) => run.sort(compare), signal);
  while (runs.length > 1 && !signal.aborted) {
    const pairs = runs.flatMap((run, index) => (index % 2 === 0 ? [[run, runs[index + 1] ?? []] as const] : []));
    const longer: Keyed[][] = [];
    await inSlices(pairs, ([one, other]) => longer.push(merged(one, other, compare)), signal);
    runs = longer;
  }
  return signal.aborted ? null : (runs[0] ?? []).map(({ item }) => item);
}

function merged<T>(one: readonly T[], other: readonly T[], compare: (a: T, b: T) => number): T[] {
  const all: T[] = [];
  for (let [i, j] = [0, 0]; i < one.length || j < other.length; ) {
    if (j >= other.length || (i < one.length && compare(one[i]!, other[j]!) <= 0)) all.push(one[i++]!);
    else all.push(other[j++]!);
  }
  return all;
}

/** Of a share, its logarithm; near 0 and 1 a step means more. */
function odds(share: number): number {
  const inside = Math.min(1 - 1e-9, Math.max(1e-9, share));
  return Math.log(inside / (1 - inside));
}

/** Brings a list's elements into this order, a few at a time; what had the focus keeps it. `signal` ends it for another call. */
export async function arrange(signal: AbortSignal, list: HTMLElement, elements: readonly HTMLElement[]): Promise<void> {
  let next = list.firstElementChild;
  const place = (element: HTMLElement): unknown => {
    while (next?.matches(".study-head")) next = next.nextElementSibling; // it goes where its films are
    if (element === next) {
      next = element.nextElementSibling;
      return null;
    }
    const focused = element.contains(document.activeElement) ? (document.activeElement as HTMLElement) : null;
    list.insertBefore(element, next);
    focused?.focus({ preventScroll: true });
    return MOVED;
  };
  await inSlices(elements, place, signal);
}

// Work on many films in small slices, so that the page stays quick.

import { aMoment } from "../start_worker.ts";

/** Well below the 50 ms that a visitor may notice, with room for the layout that follows. */
const SLICE_MILLISECONDS = 8;

/** Does something to everything; lets the browser paint and answer in between. `signal` ends it early. */
export async function inSlices<T>(items: Iterable<T>, action: (item: T) => void, signal?: AbortSignal): Promise<void> {
  let started = performance.now();
  for (const item of items) {
    if (signal?.aborted) return;
    action(item);
    if (performance.now() - started < SLICE_MILLISECONDS) continue;
    await aMoment();
    started = performance.now();
  }
}

/** Takes what waits, first come first served; what is added meanwhile too. */
export function* drained<T>(waiting: T[]): Generator<T> {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) yield next;
}

/** Takes what is in a set, also what is added meanwhile. */
export function* emptied<T>(waiting: Set<T>): Generator<T> {
  for (const next of waiting) {
    waiting.delete(next);
    yield next;
  }
}

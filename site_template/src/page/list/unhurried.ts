// Work on many films in small portions, so that the page stays quick.

import { aMoment } from "../start_worker.ts";

/** Well below the 50 ms that a visitor may notice, with room for the layout that follows. */
const PORTION_MILLISECONDS = 8;

/** Does something to everything; lets the browser paint and answer in between. */
export async function unhurried<T>(items: Iterable<T>, action: (item: T) => void): Promise<void> {
  let started = performance.now();
  for (const item of items) {
    action(item);
    if (performance.now() - started < PORTION_MILLISECONDS) continue;
    await aMoment();
    started = performance.now();
  }
}

/** Takes what waits, first come first served; what is added meanwhile too. */
export function* drained<T>(waiting: T[]): Generator<T> {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) yield next;
}

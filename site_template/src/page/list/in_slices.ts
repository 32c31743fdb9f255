// Work on many films in small slices, so that the page stays quick.

import { aMoment } from "../start_worker.ts";

/** What an action says that had an element come, go or stand elsewhere: the frame that follows is paid for by each. */
export const MOVED = Symbol();

/** Well below the 50 ms that a visitor may notice, with room for the layout that follows. */
const SLICE_MILLISECONDS = 5;

/** Of elements that come into the page or leave it, as many as are laid out in much less than that for one frame. */
const MOST_MOVED = 150;
/** Where the page is not seen there are no frames. */
const LATE_MILLISECONDS = 100;

/** Does something to everything; lets the browser paint and answer in between. `signal` ends it early. */
export async function inSlices<T>(items: Iterable<T>, action: (item: T) => unknown, signal?: AbortSignal): Promise<void> {
  let started = performance.now();
  let moved = 0;
  for (const item of items) {
    if (signal?.aborted) return;
    if (action(item) === MOVED && (moved += 1) >= MOST_MOVED) await aFrame();
    else if (performance.now() - started < SLICE_MILLISECONDS) continue;
    else await aMoment();
    started = performance.now();
    moved %= MOST_MOVED;
  }
}

function aFrame(): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(resolve, LATE_MILLISECONDS);
    requestAnimationFrame(() => {
      clearTimeout(late);
      setTimeout(resolve);
    });
  });
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

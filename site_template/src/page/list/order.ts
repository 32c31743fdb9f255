// The order of the films on the page: as they came, or the likeliest first.

import { inSlices } from "./in_slices.ts";

/** The likeliest first, by the probability of the positive class; those without one come last, all else as they came. */
export function byProbability<T>(films: readonly T[], probabilityOf: (film: T) => number | null): T[] {
  const keyed = films.map((film) => ({ film, key: probabilityOf(film) ?? -1 }));
  return keyed.sort((a, b) => b.key - a.key).map(({ film }) => film);
}

/** Brings a list's elements into this order, a few at a time; what had the focus keeps it. `signal` ends it for another call. */
export async function arrange(signal: AbortSignal, list: HTMLElement, elements: readonly HTMLElement[]): Promise<void> {
  let next = list.firstElementChild;
  const place = (element: HTMLElement): void => {
    if (element === next) {
      next = element.nextElementSibling;
      return;
    }
    const focused = element.contains(document.activeElement) ? (document.activeElement as HTMLElement) : null;
    list.insertBefore(element, next);
    focused?.focus({ preventScroll: true });
  };
  await inSlices(elements, place, signal);
}

// The order of the films on the page: as they came, or the likeliest first.

import { inSlices } from "./in_slices.ts";

export interface Placed {
  readonly element: HTMLElement;
  /** Of the positive class; null where there is none. */
  readonly probability: number | null;
}

/** The likeliest first; those without a probability come last, all else as they came. */
export function byProbability<T extends Placed>(films: readonly T[]): T[] {
  const keyed = films.map((film) => ({ film, key: film.probability ?? -1 }));
  return keyed.sort((a, b) => b.key - a.key).map(({ film }) => film);
}

/** Brings a list's elements into this order, a few at a time; what had the focus keeps it. `signal` ends it for another call. */
export async function arrange(signal: AbortSignal, list: HTMLElement, films: readonly Placed[]): Promise<void> {
  let next = list.firstElementChild;
  const place = ({ element }: Placed): void => {
    if (element === next) {
      next = element.nextElementSibling;
      return;
    }
    const focused = element.contains(document.activeElement) ? (document.activeElement as HTMLElement) : null;
    list.insertBefore(element, next);
    focused?.focus({ preventScroll: true });
  };
  await inSlices(films, place, signal);
}

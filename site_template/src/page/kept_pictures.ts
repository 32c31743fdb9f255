// The pictures of films as small as their cards show them, kept for when they come near the view again: the latest, so that memory stays as it is.

import type { Shown } from "../shared/film.ts";

/** About 25 MB, with most of the films that anyone goes back to. */
const KEPT = 300;

/** CSS pixels of the longer side of a film in a card, at most. */
const CARD_SIDE = 700;
/** Screens have more for each of those, of which people see so many. */
const MOST_DENSE = 2;

export class KeptPictures {
  /** Pixels of the longer side of one. */
  readonly side: number;
  readonly #kept = new Map<object, Shown>();

  constructor(density = devicePixelRatio) {
    this.side = Math.ceil(CARD_SIDE * Math.min(density, MOST_DENSE));
  }

  of(film: object): Shown | null {
    return this.#kept.get(film) ?? null;
  }

  keep(film: object, shown: Shown): void {
    this.#kept.delete(film);
    this.#kept.set(film, shown);
    if (this.#kept.size > KEPT) this.forget(this.#kept.keys().next().value!);
  }

  forget(film: object): void {
    this.#kept.delete(film);
  }
}

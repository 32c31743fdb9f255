// Which films are mounted, with their heavy parts: those near the view.

import type { Card } from "../card.ts";

/** Within a screen's height of the view. */
const MARGIN = "100% 0px";

export class Mounted {
  readonly #cards: ReadonlyMap<Element, Card>;
  readonly #near = new Set<Card>();
  readonly #observer = new IntersectionObserver((entries) => this.#moved(entries), { rootMargin: MARGIN });
  readonly #mount: (card: Card) => void;

  /** `cards` are all films by their elements; `mount` is called with one that came near the view. */
  constructor(cards: ReadonlyMap<Element, Card>, mount: (card: Card) => void) {
    this.#cards = cards;
    this.#mount = mount;
    addEventListener("afterprint", () => this.#unmountFar());
  }

  has(card: Card): boolean {
    return this.#near.has(card);
  }

  [Symbol.iterator](): IterableIterator<Card> {
    return this.#near.values();
  }

  watch(card: Card): void {
    this.#observer.observe(card.element);
  }

  /** For a film that is removed: frees what it has. */
  forget(card: Card): void {
    this.#observer.unobserve(card.element);
    this.#near.delete(card);
    card.unmount();
  }

  #moved(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      const card = this.#cards.get(target);
      if (card === undefined) continue;
      if (!isIntersecting) {
        this.#near.delete(card);
        card.unmount();
      } else if (!this.#near.has(card)) {
        this.#near.add(card);
        this.#mount(card);
      }
    }
  }

  /** A printer needed them all. */
  #unmountFar(): void {
    for (const card of this.#cards.values()) if (!this.#near.has(card)) card.unmount();
  }
}

// Which films are mounted, with their heavy parts: those near the view. Their places are looked up, a few of all: an observer of
// thousands of elements is at work for longer, with every frame, than all that is drawn.

import type { Card } from "../card.ts";
import { emptied, inSlices } from "./in_slices.ts";

/** So many heights of the view above and below it are near. */
const MARGIN = 1;

export class Mounted {
  readonly #list: HTMLElement;
  readonly #all: ReadonlyMap<Element, Card>;
  readonly #shown: () => readonly Card[];
  readonly #mount: (card: Card) => void;
  readonly #near = new Set<Card>();
  /** Near, and not mounted yet. */
  readonly #coming = new Set<Card>();
  #isMounting = false;
  #isPrinting = false;
  #frame = 0;

  /** `all` are the films of the list, `shown` those that are to be seen, as they stand; `mount` is called with one that came near the view. */
  constructor(list: HTMLElement, all: ReadonlyMap<Element, Card>, shown: () => readonly Card[], mount: (card: Card) => void) {
    this.#list = list;
    this.#all = all;
    this.#shown = shown;
    this.#mount = mount;
    for (const event of ["scroll", "resize"]) addEventListener(event, () => this.lookSoon(), { passive: true });
    // What is above the list moves it, and what is in it moves the rest.
    const observer = new ResizeObserver(() => this.lookSoon());
    for (const element of [list, document.body]) observer.observe(element);
    // On paper all are elsewhere.
    addEventListener("beforeprint", () => (this.#isPrinting = true));
    addEventListener("afterprint", () => {
      this.#isPrinting = false;
      this.#unmountFar();
      this.lookSoon();
    });
  }

  has(card: Card): boolean {
    return this.#near.has(card);
  }

  [Symbol.iterator](): IterableIterator<Card> {
    return this.#near.values();
  }

  /** To be called when other films are shown, or in another order: looks once for a frame. */
  lookSoon(): void {
    this.#frame ||= requestAnimationFrame(() => this.#look());
  }

  /** For a film that is removed: frees what it has. */
  forget(card: Card): void {
    this.#near.delete(card);
    this.#coming.delete(card);
    card.unmount();
  }

  #look(): void {
    this.#frame = 0;
    if (this.#isPrinting) return;
    const near = this.#inRange();
    const far = [...this.#near].filter((card) => !near.has(card));
    // All are measured before one is changed: the page is laid out once.
    const heights = far.map((card) => card.height);
    for (const [index, card] of far.entries()) {
      this.#near.delete(card);
      card.unmount(heights[index]);
    }
    this.#coming.clear();
    for (const [card, isSeen] of near) if (isSeen) this.#coming.add(card);
    for (const card of near.keys()) this.#coming.add(card);
    for (const card of this.#near) this.#coming.delete(card);
    if (this.#isMounting || this.#coming.size === 0) return;
    this.#isMounting = true;
    const mount = (card: Card): void => {
      this.#near.add(card);
      this.#mount(card);
    };
    void inSlices(emptied(this.#coming), mount).finally(() => (this.#isMounting = false));
  }

  /** Those near the view, and whether they are in it. */
  #inRange(): Map<Card, boolean> {
    const near = new Map<Card, boolean>();
    const shown = this.#shown();
    if (shown.length === 0 || this.#list.offsetHeight === 0) return near;
    const [above, below] = [-MARGIN * innerHeight, (1 + MARGIN) * innerHeight];
    const placeOf = (index: number): DOMRect => shown[index]!.element.getBoundingClientRect();
    let [first, end] = [0, shown.length];
    while (first < end) {
      const middle = (first + end) >> 1;
      if (placeOf(middle).top < above) first = middle + 1;
      else end = middle;
    }
    // Of a row of two, one may be higher than the other.
    while (first > 0 && [1, 2].some((back) => first >= back && placeOf(first - back).bottom > above)) first -= 1;
    for (let index = first; index < shown.length; index += 1) {
      const { top, bottom } = placeOf(index);
      if (top >= below) break;
      if (bottom > above && shown[index]!.element.isConnected) near.set(shown[index]!, bottom > 0 && top < innerHeight);
    }
    return near;
  }

  /** A printer needed them all. */
  #unmountFar(): void {
    for (const card of this.#all.values()) if (!this.#near.has(card)) card.unmount();
  }
}

// Announces to screen readers what was read: a few films one by one, many as a sum.

import { byId } from "../dom.ts";
import type { Words } from "../words.ts";

/** Up to so many films are announced singly. */
const SINGLY = 3;

/** What is announced of a film. */
export interface Announced {
  readonly name: string;
  readonly message: string;
}

export class Announcer {
  readonly #words: Words;
  readonly #area = byId("announcement");
  #pending: Announced[] = [];

  constructor(words: Words) {
    this.#words = words;
  }

  /** A film is finished; its message is the one that it has when it is announced. */
  finished(film: Announced): void {
    this.#pending.push(film);
  }

  /** To be called when the queue rests: announces what is pending, `counts` being the sum of all. */
  flush(counts: () => string): void {
    if (this.#pending.length === 0) return;
    const n = this.#pending.length;
    const singly = (): string => this.#pending.map(({ name, message }) => `${name}: ${message}`).join(" · ");
    this.announce(n <= SINGLY ? singly() : this.#words.text("announce-sum", { n, counts: counts() }));
    this.#pending = [];
  }

  announce(text: string): void {
    this.#area.textContent = text;
  }
}

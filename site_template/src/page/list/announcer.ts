// Says aloud, to those who listen to the page, what was read: a few films one by one, many as a sum.

import type { Words } from "../words.ts";

/** Up to so many films are told of singly. */
const SINGLY = 3;

export class Announcer {
  readonly #words: Words;
  readonly #area = document.querySelector<HTMLElement>("#announcement")!;
  #news: (() => string)[] = [];

  constructor(words: Words) {
    this.#words = words;
  }

  /** A film is finished; `sentence` is asked when it is told of. */
  finished(sentence: () => string): void {
    this.#news.push(sentence);
  }

  /** To be called when the queue rests: tells of what is new, `counts` being the sum of all. */
  tell(counts: () => string): void {
    if (this.#news.length === 0) return;
    const n = this.#news.length;
    this.say(n <= SINGLY ? this.#news.map((sentence) => sentence()).join(" · ") : this.#words.say("announce-sum", { n, counts: counts() }));
    this.#news = [];
  }

  say(text: string): void {
    this.#area.textContent = text;
  }
}

// As many at once as there are places; the others wait, in their order.

interface Waiting {
  readonly go: () => void;
  readonly fail: (error: unknown) => void;
}

export class Room {
  readonly #places: () => number;
  #inside = 0;
  readonly #waiting: Waiting[] = [];

  /** `places` is asked again whenever one is left, and by `widen`. */
  constructor(places: () => number) {
    this.#places = places;
  }

  /** Resolves where there is a place, which must be left again. Rejects when `signal` aborts before. */
  async enter(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.#waiting.length === 0 && this.#inside < this.#places()) {
      this.#inside += 1;
      return;
    }
    await new Promise<void>((go, fail) => {
      const mine = { go, fail };
      this.#waiting.push(mine);
      signal?.addEventListener("abort", () => {
        const place = this.#waiting.indexOf(mine);
        if (place === -1) return;
        this.#waiting.splice(place, 1);
        fail(signal.reason);
      }, { once: true });
    });
  }

  leave(): void {
    this.#inside -= 1;
    this.widen();
  }

  /** To be called when there may be more places. */
  widen(): void {
    while (this.#waiting.length > 0 && this.#inside < this.#places()) {
      this.#inside += 1;
      this.#waiting.shift()!.go();
    }
  }

  /** Those that wait fail. */
  turnAway(error: Error): void {
    for (const { fail } of this.#waiting.splice(0)) fail(error);
  }
}

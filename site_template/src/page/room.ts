// As many at once as there are places; the others wait, in their order.

interface Waiting {
  readonly go: () => void;
  readonly fail: (error: unknown) => void;
}

export class Room {
  readonly #places: () => number;
  #inside = 0;
  readonly #waiting = new Set<Waiting>();

  /** `places` is asked again whenever one is left, and by `widen`. */
  constructor(places: () => number) {
    this.#places = places;
  }

  /** Resolves where there is a place, which must be left again. Rejects when `signal` aborts before. */
  async enter(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const entered = new Promise<void>((go, fail) => {
      const mine = { go, fail };
      this.#waiting.add(mine);
      signal?.addEventListener("abort", () => this.#waiting.delete(mine) && fail(signal.reason), { once: true });
    });
    this.widen();
    await entered;
  }

  leave(): void {
    this.#inside -= 1;
    this.widen();
  }

  /** To be called when there may be more places. */
  widen(): void {
    for (const first of this.#waiting) {
      if (this.#inside >= this.#places()) return;
      this.#inside += 1;
      this.#waiting.delete(first);
      first.go();
    }
  }

  /** Those that wait fail. */
  empty(error: Error): void {
    for (const { fail } of this.#waiting) fail(error);
    this.#waiting.clear();
  }
}

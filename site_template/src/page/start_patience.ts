// How long the page waits for each stage of a start, and what notices that one has been silent for longer.

/**
 * Seconds without any sign of life. A stage that goes on, however slowly, is waited for: every sign begins the time anew. No two
 * of them, one after the other without a sign between, come to more than half a minute.
 */
export const PATIENCE_SECONDS = {
  /** A file's first or next piece. */
  network: 14,
  /** A worker's first sign, its script being here. */
  worker: 14,
  /** Pictures that every backend is to read. */
  decoding: 14,
  /** One step of a backend: to compile, or to read one picture. */
  wasm: 12,
  webgl: 16,
  litert: 16,
} as const;

export type Stage = keyof typeof PATIENCE_SECONDS;

/** Counts seconds in which the page itself ran: a page that was frozen, or a computer that slept, took no time from anybody. */
export class StartPatience {
  readonly #factor: number;
  readonly #onSilence: (stage: Stage) => void;
  #stage: Stage = "network";
  #left = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** `factor` is 1 as built (Site.patience). */
  constructor(factor: number, onSilence: (stage: Stage) => void) {
    this.#factor = factor;
    this.#onSilence = onSilence;
  }

  /** A sign of life, and what is waited for from now on. */
  expect(stage: Stage): void {
    this.#stage = stage;
    this.#left = this.#factor * PATIENCE_SECONDS[stage];
    this.#timer ??= setInterval(() => this.#tick(), 1000);
  }

  end(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    this.#left -= 1;
    if (this.#left > 0) return;
    this.end();
    this.#onSilence(this.#stage);
  }
}

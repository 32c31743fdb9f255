// Notices when something is silent for too long, by the time that this page was running meanwhile.

/** How often the time is looked at. */
const TICK_MILLISECONDS = 500;

/**
 * Calls `bark` once when nothing was heard for longer than the patience.
 *
 * A laptop that was shut, a page that was frozen or throttled in the background: time that went by between two ticks counts as
 * two of them at most, for neither this page nor what it watches had the rest.
 */
export class Watchdog {
  readonly #patience: () => number | null;
  readonly #bark: () => void;
  readonly #now: () => number;
  #timer: ReturnType<typeof setInterval> | undefined;
  #silent = 0;
  #last = 0;

  /** `patience` in milliseconds; null where nothing is expected. */
  constructor(patience: () => number | null, bark: () => void, now: () => number = () => performance.now()) {
    this.#patience = patience;
    this.#bark = bark;
    this.#now = now;
  }

  /** To be called when something was heard, and when something is expected for the first time. */
  heard(): void {
    this.#silent = 0;
    this.#last = this.#now();
    if (this.#patience() === null) this.stop();
    else this.#timer ??= setInterval(() => this.tick(), TICK_MILLISECONDS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  tick(): void {
    if (this.#timer === undefined) return;
    const now = this.#now();
    this.#silent += Math.min(now - this.#last, 2 * TICK_MILLISECONDS);
    this.#last = now;
    const patience = this.#patience();
    if (patience !== null && this.#silent <= patience) return;
    this.stop();
    if (patience !== null) this.#bark();
  }
}

/** Rejects with `error` where a promise is not settled within so many milliseconds of the page's time. */
export function within<T>(milliseconds: number, promise: Promise<T>, error: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const watchdog = new Watchdog(() => milliseconds, () => reject(error()));
    watchdog.heard();
    void promise.then(resolve, reject).finally(() => watchdog.stop());
  });
}

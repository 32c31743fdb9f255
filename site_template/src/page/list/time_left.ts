// How long the films that wait will take, from how long the last ones took.

/** Weight of the newest film in the running mean. */
const WEIGHT = 0.1;
/** Silent before so many: the first films warm the engine up. */
const KNOWN_AFTER = 5;

const WORTH_A_WORD_SECONDS = 2;

export class TimeLeft {
  #last: number | null = null;
  #mean = 0;
  #measured = 0;

  /** The queue stands still or starts: the time until the next film does not count. */
  pause(): void {
    this.#last = null;
  }

  /** A film is finished, at `now` milliseconds. */
  finished(now: number): void {
    if (this.#last !== null) {
      this.#measured += 1;
      // The plain mean at first; otherwise the first film would weigh the most for long.
      this.#mean += (now - this.#last - this.#mean) * Math.max(WEIGHT, 1 / this.#measured);
    }
    this.#last = now;
  }

  /** Seconds for `waiting` films; null while that is not known, or over before it is read. */
  seconds(waiting: number): number | null {
    const seconds = (this.#mean * waiting) / 1000;
    return this.#measured < KNOWN_AFTER || seconds < WORTH_A_WORD_SECONDS ? null : seconds;
  }
}

/** As precise as one can be about it. */
export function roundedDuration(seconds: number): { readonly value: number; readonly unit: "second" | "minute" | "hour" } {
  if (seconds <= 50) return { value: Math.max(5, Math.ceil(seconds / 5) * 5), unit: "second" };
  if (seconds <= 90 * 60) return { value: Math.ceil(seconds / 60), unit: "minute" };
  return { value: Math.ceil(seconds / 3600), unit: "hour" };
}

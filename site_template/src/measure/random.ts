// The measuring worker's own random numbers: the same on every device, so that a figure's interval can be computed again.

const STEP = 0x9e3779b9;

/**
 * SplitMix (Steele, Lea and Flood 2014, doi 10.1145/2714064.2660195) on 32 bits, with the mixing function that C. Wellons's
 * hash-prospector found (constants 21f0aaad and 735a2d97): the k-th number is a function of the seed and k.
 */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** A whole number from 0 to 2³² − 1. */
  next(): number {
    this.#state = (this.#state + STEP) | 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  }

  /** A whole number from 0 to n − 1; the products are exact up to two million. */
  below(n: number): number {
    return Math.floor((this.next() * n) / 2 ** 32);
  }

  /** Fisher and Yates's shuffle, in place. */
  shuffle<T>(items: T[]): T[] {
    for (let last = items.length - 1; last > 0; last -= 1) {
      const other = this.below(last + 1);
      [items[last], items[other]] = [items[other]!, items[last]!];
    }
    return items;
  }
}

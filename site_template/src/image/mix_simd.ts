// Rows of a film added up by weights, eight columns at a time and to the very bit as resize.ts does one by one.

import { assembled, type Assembled, constant, float2, fourBytes, get, hasRoom, I32, int4, isLess, load8, plus, store, times, type Kernel } from "../shared/assembler.ts";

/** Columns at a time. */
const WIDE = 8;
const DOUBLE = Float64Array.BYTES_PER_ELEMENT;

/** Called with the addresses of the levels, how many of them are a row, of the weights, how many rows, where to, and how many columns. */
const mix: Kernel & { readonly name: "mix" } = {
  name: "mix",
  params: 6,
  write(body) {
    const [levels, width, weights, rows, to, count] = [get(0), get(1), get(2), get(3), get(4), get(5)] as const;
    const x = body.keep(constant(0), I32);
    const [from, weight, end] = [body.keep(constant(0), I32), body.keep(constant(0), I32), body.keep(plus(weights, times(rows, constant(DOUBLE))), I32)];
    const sums = Array.from({ length: WIDE / 2 }, () => body.keep(float2.nothing));
    body.loop(
      () => {
        for (const sum of sums) body.set(sum, float2.nothing);
        body.set(from, plus(levels, x));
        body.set(weight, weights);
        body.loop(
          () => {
            const eight = body.keep(load8(from));
            const times = body.keep(float2.both(weight));
            for (const half of [0, 1] as const) {
              const four = body.keep(fourBytes(eight, half));
              const [low, high] = [float2.of(four), float2.of(int4.pick(four, four, [2, 3, 2, 3]))];
              body.set(sums[half * 2]!, float2.add(sums[half * 2]!, float2.multiply(low, times)));
              body.set(sums[half * 2 + 1]!, float2.add(sums[half * 2 + 1]!, float2.multiply(high, times)));
            }
            body.set(from, plus(from, width));
            body.set(weight, plus(weight, constant(DOUBLE)));
          },
          () => isLess(weight, end),
        );
        for (const [index, sum] of sums.entries()) body.do(store(to, sum, index * 2 * DOUBLE));
        body.set(to, plus(to, constant(WIDE * DOUBLE)));
        body.set(x, plus(x, constant(WIDE)));
      },
      () => isLess(x, count),
    );
  },
};

let made: Assembled<"mix"> | null | undefined;

export interface Mixer {
  /** What was added up last, from the first of the columns on. */
  readonly mixed: Float64Array;
  /** Adds up, by these weights, the rows of `width` levels that begin at `first`, from column `left` on. */
  mix(levels: Uint8Array, first: number, width: number, left: number, weights: Float32Array): void;
}

/** For so many columns of at most so many rows of `width` levels; null where there is no SIMD, or no memory for it. Good until the next is asked for. */
export function mixer(width: number, columns: number, mostRows: number): Mixer | null {
  if (made === undefined) made = assembled(mix);
  if (made === null) return null;
  const { memory, mix: run } = made;
  const padded = Math.ceil(columns / WIDE) * WIDE;
  const [weightsAt, levelsAt] = [padded * DOUBLE, (padded + mostRows) * DOUBLE];
  if (!hasRoom(memory, levelsAt + mostRows * width + WIDE)) return null;
  const [mixed, weighed, here] = [new Float64Array(memory.buffer, 0, padded), new Float64Array(memory.buffer, weightsAt, mostRows), new Uint8Array(memory.buffer, levelsAt)];
  return {
    mixed,
    mix(levels, first, width, left, weights) {
      here.set(levels.subarray(first, first + weights.length * width));
      weighed.set(weights);
      run(levelsAt + left, width, weightsAt, weights.length, 0, columns);
    },
  };
}

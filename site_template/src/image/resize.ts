// The one resize: R_h · X · R_wᵀ, both matrices by sampling.ts. Never the canvas's own.

import type { Grey } from "../shared/film.ts";
import { mixer as mixerOf } from "./mix_simd.ts";
import { resizeMatrix, type Band, type Sampling } from "./sampling.ts";

/** Pixels from which on many at a time are faster, the copying included. */
const WORTH_MIXING = 1 << 14;

export type View = "square" | "whole";

/** A decoded film at the network's size: grey levels 0–255, [height, width]. */
export function resize(grey: Grey, height: number, width: number, view: View, sampling: Sampling = "antialias"): Float32Array {
  const { rows, columns, left, right } = planOf(grey, height, width, view, sampling);
  const result = new Float32Array(height * width);
  // Over the columns that any sample looks at: this is done to every pixel of every film.
  const mixer = grey.levels.length < WORTH_MIXING ? null : mixerOf(grey.width, right - left, Math.max(...rows.map(({ weights }) => weights.length)));
  const [mixed, origin] = mixer === null ? [new Float64Array(grey.width), 0] : [mixer.mixed, left];
  for (let y = 0; y < height; y += 1) {
    const row = rows[y]!;
    if (mixer === null) mix(grey, row, left, right, mixed);
    else mixer.mix(grey.levels, row.first * grey.width, grey.width, left, row.weights);
    for (let x = 0; x < width; x += 1) {
      const { first, weights } = columns[x]!;
      let sum = 0;
      for (let index = 0; index < weights.length; index += 1) sum += weights[index]! * mixed[first - origin + index]!;
      result[y * width + x] = sum;
    }
  }
  return result;
}

/**
 * Into `mixed`, the rows of a band added up by its weights, from column `left` to `right`. Four rows at a time, each sum in the order of the rows; where
 * fewer are left, the last one is added as nothing.
 */
function mix({ width, levels }: Grey, { first, weights }: Band, left: number, right: number, mixed: Float64Array): void {
  const last = weights.length - 1;
  mixed.fill(0, left, right);
  for (let index = 0; index <= last; index += 4) {
    const [one, two, three] = [Math.min(index + 1, last), Math.min(index + 2, last), Math.min(index + 3, last)];
    const weight0 = weights[index]!;
    const weight1 = index + 1 > last ? 0 : weights[one]!;
    const weight2 = index + 2 > last ? 0 : weights[two]!;
    const weight3 = index + 3 > last ? 0 : weights[three]!;
    const row0 = (first + index) * width;
    const row1 = (first + one) * width;
    const row2 = (first + two) * width;
    const row3 = (first + three) * width;
    for (let x = left; x < right; x += 1) {
      mixed[x] = mixed[x]! + weight0 * levels[row0 + x]! + weight1 * levels[row1 + x]! + weight2 * levels[row2 + x]! + weight3 * levels[row3 + x]!;
    }
  }
}

/** Films of a batch are mostly of a few sizes, and each is shrunk several times. */
const MOST_KEPT = 64;
const kept = new Map<string, Plan>();

interface Plan {
  readonly rows: readonly Band[];
  readonly columns: readonly Band[];
  /** The columns that any of them looks at. */
  readonly left: number;
  readonly right: number;
}

function planOf({ width, height }: Grey, heightOut: number, widthOut: number, view: View, sampling: Sampling): Plan {
  const key = `${width},${height},${widthOut},${heightOut},${view},${sampling}`;
  const found = kept.get(key);
  if (found !== undefined) return found;
  const [across, down] = view === "square" ? [Math.min(width, height), Math.min(width, height)] : [width, height];
  const columns = resizeMatrix(width, widthOut, (width - across) / 2, across, sampling);
  const made: Plan = {
    rows: resizeMatrix(height, heightOut, (height - down) / 2, down, sampling), columns,
    left: Math.min(...columns.map(({ first }) => first)), right: Math.max(...columns.map(({ first, weights }) => first + weights.length)),
  };
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(key, made);
  return made;
}

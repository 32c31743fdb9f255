// The one resize: R_h · X · R_wᵀ, both matrices by sampling.ts. Never the canvas's own.

import type { Grey } from "../shared/film.ts";
import { resizeMatrix, type Band, type Sampling } from "./sampling.ts";

export type View = "square" | "whole";

/** A decoded film at the network's size: grey levels 0–255, [height, width]. */
export function resize(grey: Grey, height: number, width: number, view: View, sampling: Sampling = "antialias"): Float32Array {
  const side = Math.min(grey.width, grey.height);
  const square = view === "square";
  const rowLength = square ? side : grey.height;
  const columnLength = square ? side : grey.width;
  const rows = bandsOf(grey.height, height, (grey.height - rowLength) / 2, rowLength, sampling);
  const columns = bandsOf(grey.width, width, (grey.width - columnLength) / 2, columnLength, sampling);
  const result = new Float32Array(height * width);
  const mixed = new Float64Array(grey.width);
  // Plain loops, over the columns that any sample looks at: this is done to every pixel of every film.
  const left = Math.min(...columns.map(({ first }) => first));
  const right = Math.max(...columns.map(({ first, weights }) => first + weights.length));
  for (let y = 0; y < height; y += 1) {
    const row = rows[y]!;
    mix(grey, row, left, right, mixed);
    for (let x = 0; x < width; x += 1) {
      const { first, weights } = columns[x]!;
      let sum = 0;
      for (let index = 0; index < weights.length; index += 1) sum += weights[index]! * mixed[first + index]!;
      result[y * width + x] = sum;
    }
  }
  return result;
}

/** Into `mixed`, the rows of a band added up by its weights, from column `left` to `right`. */
function mix({ width, levels }: Grey, { first, weights }: Band, left: number, right: number, mixed: Float64Array): void {
  mixed.fill(0, left, right);
  for (let index = 0; index < weights.length; index += 1) {
    const weight = weights[index]!;
    if (weight === 0) continue;
    const from = (first + index) * width;
    for (let x = left; x < right; x += 1) mixed[x]! += weight * levels[from + x]!;
  }
}

/** Films of a batch are mostly of a few sizes, and each is shrunk several times. */
const MOST_KEPT = 64;
const kept = new Map<string, Band[]>();

function bandsOf(sizeIn: number, sizeOut: number, start: number, length: number, sampling: Sampling): Band[] {
  const key = [sizeIn, sizeOut, start, length, sampling].join();
  const found = kept.get(key);
  if (found !== undefined) return found;
  const made = resizeMatrix(sizeIn, sizeOut, start, length, sampling);
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(key, made);
  return made;
}

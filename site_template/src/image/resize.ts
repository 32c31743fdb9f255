// The one resize: R_h · X · R_wᵀ, both matrices as training/films/preprocessing.py builds them. Never the canvas's own.

import type { Grey } from "../shared/film.ts";

export type View = "square" | "whole";

/** One row of a resize matrix: the weights that are not zero, and the column of the first. */
export interface Band {
  readonly first: number;
  readonly weights: Float32Array;
}

/**
 * The matrix [sizeOut, sizeIn] of one side, as bands: a triangle filter, widened when shrinking.
 *
 * Takes the stretch `start … start + length` of the input to `sizeOut` samples; every row sums to one.
 */
export function resizeMatrix(sizeIn: number, sizeOut: number, start: number, length: number): Band[] {
  const scale = length / sizeOut;
  const filterScale = Math.max(scale, 1);
  return Array.from({ length: sizeOut }, (_, row) => {
    const centre = start + (row + 0.5) * scale;
    const first = Math.max(Math.trunc(centre - filterScale + 0.5), 0);
    const last = Math.min(Math.trunc(centre + filterScale + 0.5), sizeIn);
    const weights = Array.from({ length: last - first }, (_, index) =>
      Math.max(1 - Math.abs((first + index - centre + 0.5) / filterScale), 0),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { first, weights: Float32Array.from(weights, (weight) => weight / sum) };
  });
}

/** A decoded film at the network's size: grey levels 0–255, [height, width]. */
export function resize(grey: Grey, height: number, width: number, view: View): Float32Array {
  const side = Math.min(grey.width, grey.height);
  const square = view === "square";
  const rowLength = square ? side : grey.height;
  const columnLength = square ? side : grey.width;
  const rows = resizeMatrix(grey.height, height, (grey.height - rowLength) / 2, rowLength);
  const columns = resizeMatrix(grey.width, width, (grey.width - columnLength) / 2, columnLength);
  const result = new Float32Array(height * width);
  const mixed = new Float64Array(grey.width);
  rows.forEach((row, y) => {
    mixed.fill(0);
    row.weights.forEach((weight, index) => {
      const from = (row.first + index) * grey.width;
      for (let x = 0; x < grey.width; x += 1) mixed[x]! += weight * grey.levels[from + x]!;
    });
    columns.forEach((column, x) => {
      let sum = 0;
      for (let index = 0; index < column.weights.length; index += 1) {
        sum += column.weights[index]! * mixed[column.first + index]!;
      }
      result[y * width + x] = sum;
    });
  });
  return result;
}

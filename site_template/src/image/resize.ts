// The one resize: R_h · X · R_wᵀ, both matrices by sampling.ts. Never the canvas's own.

import type { Grey } from "../shared/film.ts";
import { resizeMatrix, type Sampling } from "./sampling.ts";

export type View = "square" | "whole";

/** A decoded film at the network's size: grey levels 0–255, [height, width]. */
export function resize(grey: Grey, height: number, width: number, view: View, sampling: Sampling = "antialias"): Float32Array {
  const side = Math.min(grey.width, grey.height);
  const square = view === "square";
  const rowLength = square ? side : grey.height;
  const columnLength = square ? side : grey.width;
  const rows = resizeMatrix(grey.height, height, (grey.height - rowLength) / 2, rowLength, sampling);
  const columns = resizeMatrix(grey.width, width, (grey.width - columnLength) / 2, columnLength, sampling);
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

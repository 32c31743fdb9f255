// The filters of a PNG's rows (PNG specification, 9.2).

import { ReadingError } from "../../shared/reading.ts";

/** In place; `size` are the bytes of a pixel, or 1. */
export function unfilter(filter: number, row: Uint8Array, above: Uint8Array, size: number): void {
  for (let x = 0; x < row.length; x += 1) {
    const left = x < size ? 0 : row[x - size]!;
    const up = above[x]!;
    if (filter === 1) row[x]! += left;
    else if (filter === 2) row[x]! += up;
    else if (filter === 3) row[x]! += (left + up) >> 1;
    else if (filter === 4) row[x]! += paeth(left, up, x < size ? 0 : above[x - size]!);
    else if (filter !== 0) throw new ReadingError("unreadable", `PNG filter ${filter}`);
  }
}

function paeth(left: number, up: number, corner: number): number {
  const [byLeft, byUp, byCorner] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  if (byLeft <= byUp && byLeft <= byCorner) return left;
  return byUp <= byCorner ? up : corner;
}

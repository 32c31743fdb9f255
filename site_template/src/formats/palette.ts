// Numbers of a palette's colours, packed into bytes from the left. Some decoders show black for one beyond the palette, others the number itself.

import { torn } from "./torn.ts";

/** Of the first `columns` pixels of a row, with so many bits each. Throws a ReadingError, `damaged`. */
export function checkIndices(row: Uint8Array, columns: number, bits: number, colours: number): void {
  for (let x = 0; x < columns; x += 1) checkIndex((row[(x * bits) >> 3]! >> (8 - bits - ((x * bits) & 7))) & ((1 << bits) - 1), colours);
}

export function checkIndex(index: number, colours: number): void {
  if (index >= colours) throw torn(`colour ${index} of a palette of ${colours}`);
}

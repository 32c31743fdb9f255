// How large a picture may be.

import { ReadingError } from "../shared/reading.ts";

/** More than the largest picture takes, uncompressed and of 16 bits; a larger file is not a radiograph. */
export const LARGEST_BYTES = 2 ** 30;
/** As in training/films/budget.py: more than any radiograph has. */
export const LARGEST_PIXELS = 100_000_000;

/** Throws a ReadingError for more pixels. */
export function checkSize(width: number, height: number): void {
  checkOpenedSize(width, height, 1);
}

/** The same for a film that the page itself decodes, by what its header says, before memory is taken: each colour counts. */
export function checkOpenedSize(width: number, height: number, samples: number): void {
  if (width * height * samples > LARGEST_PIXELS) throw new ReadingError("too-large", `${width}×${height}×${samples}`);
}

// How large a picture may be.

import { ReadingError } from "../shared/reading.ts";

/** More than the largest picture takes, uncompressed and of 16 bits; a larger file is not a radiograph. */
export const LARGEST_BYTES = 2 ** 30;
/** As in training/films/preprocessing.py: more pixels than any radiograph. */
const LARGEST_PIXELS = 200_000_000;

/** Of a film that the page itself decodes (DICOM, TIFF, 16-bit PNG), which takes many bytes for each: colours count three times. */
export const LARGEST_OPENED_VALUES = 100_000_000;

/** Throws a ReadingError for more pixels. */
export function checkSize(width: number, height: number): void {
  if (width * height > LARGEST_PIXELS) throw new ReadingError("too-large", `${width}×${height}`);
}

/** The same for a film that the page itself decodes, by what its header says, before memory is taken. */
export function checkOpenedSize(width: number, height: number, samples: number): void {
  checkSize(width, height);
  if (width * height * samples > LARGEST_OPENED_VALUES) throw new ReadingError("too-large", `${width}×${height}×${samples}`);
}

// How large a picture may be, by the memory of the device.

import { ReadingError } from "../shared/reading.ts";

/** As in training/films/budget.py: more than any radiograph has. Some pictures take ten bytes for each pixel while they are opened. */
const LARGEST_PIXELS = 100_000_000;
/** As in training/films/budget.py: JPEG and DICOM have no more, and no browser draws more. */
const LONGEST_SIDE = 65_535;
/** More than the largest picture takes, uncompressed and of 16 bits; a larger file is not a radiograph. */
const LARGEST_BYTES = 2 ** 30;

/** In GB: a device of so much opens as much as any. */
const ENOUGH_MEMORY = 8;
/** No device opens less than this share: it is more than the largest film of a usual X-ray machine (18 million pixels). */
const LEAST_SHARE = 1 / 4;
/** Of phones and tablets that do not say how much memory they have. */
const SHARE_OF_PHONES = 1 / 2;

export interface Device {
  /** In GB, as far as the browser tells: Chromium's do, over https. */
  readonly deviceMemory?: number;
  readonly userAgent?: string;
}

export interface Limits {
  readonly pixels: number;
  readonly bytes: number;
}

export function limitsOf({ deviceMemory, userAgent = "" }: Device): Limits {
  const unknown = /Android|Mobile|iPhone|iPad/.test(userAgent) ? SHARE_OF_PHONES : 1;
  const share = deviceMemory === undefined ? unknown : Math.min(1, Math.max(LEAST_SHARE, deviceMemory / ENOUGH_MEMORY));
  return { pixels: LARGEST_PIXELS * share, bytes: LARGEST_BYTES * share };
}

/** Of this device; the page and its workers see the same. */
export const LIMITS = limitsOf(navigator as Device);

/** Throws a ReadingError for a larger file. */
export function checkBytes(bytes: number): void {
  if (bytes > LIMITS.bytes) throw new ReadingError("too-large", `${bytes} bytes`);
}

/** The pixels of such a picture; throws a ReadingError for too many. */
export function checkSize(width: number, height: number): number {
  return checkOpenedSize(width, height, 1);
}

/** The same for a film that the page itself decodes, by what its header says, before memory is taken: each colour counts. */
export function checkOpenedSize(width: number, height: number, samples: number): number {
  if (width * height * samples > LIMITS.pixels || Math.max(width, height) > LONGEST_SIDE) throw new ReadingError("too-large", `${width}×${height}×${samples}`);
  return width * height;
}

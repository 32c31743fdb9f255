// JPEG: the browser's.

import { checkSize } from "../../image/size.ts";
import { ReadingError } from "../../shared/reading.ts";
import { stands, type Format } from "../format.ts";
import { torn } from "../torn.ts";
import { exifOf } from "./exif.ts";

export const jpeg: Format = {
  type: "image/jpeg",
  endings: ["jpg", "jpeg", "jfif"],
  opens: ["jpg", "jpeg"],
  begins: (head) => stands(head, [0xff, 0xd8, 0xff]),
  grey(head) {
    const at = frameIn(head);
    return at > 0 && head[at + 9] === 1;
  },
  check(bytes) {
    const pixels = pixelsOfWhole(bytes);
    if (pixels !== null) return pixels;
    const hasEnd = bytes.at(-2) === 0xff && bytes.at(-1) === 0xd9;
    throw hasEnd ? torn("a segment leads behind the end of the file") : new ReadingError("unreadable", "the JPEG file is cut short");
  },
  exif: exifOf,
};

/** Whether the first frame of a JPEG is sequential, and may be grey. */
export function mayBePainted(bytes: Uint8Array): boolean {
  const at = jpeg.begins(bytes) ? frameIn(bytes) : 0;
  return at > 0 && bytes[at + 1]! <= 0xc1 && (bytes[at + 9] === 1 || bytes[at + 9] === 3);
}

/** Whether it is of a kind that DICOM files have, and no browser opens. */
export function isLossless(bytes: Uint8Array): boolean {
  return bytes[frameIn(bytes) + 1] === 0xc3;
}

/** Scans of a progressive JPEG as they are made: every coefficient of every colour, in as many steps as is usual. */
const USUAL_SCANS = 10;
/** Pixels in all scans together, each of which goes over the whole picture, where there are more scans than usual. */
const LARGEST_SCANNED = 1_000_000_000;

/**
 * The pixels of a JPEG that goes on to its end marker; null for one that does not. Throws a ReadingError: `too-large`, also for more than
 * `mostPixels`, or `unreadable` for so many scans that it is there to keep its decoder busy.
 */
export function pixelsOfWhole(bytes: Uint8Array, mostPixels = Infinity): number | null {
  let [at, scans, pixels] = [2, 0, 0];
  for (;;) {
    // Entropy-coded data lies between segments: skip to a marker that is neither a stuffed FF 00, a restart nor a fill byte.
    while (at + 1 < bytes.length && !isMarker(bytes, at)) at = placeOf(bytes, at + 1);
    if (at + 1 >= bytes.length) return null;
    const marker = bytes[at + 1]!;
    if (marker === 0xd9) return pixels;
    if (at + 4 > bytes.length) return null;
    if (beginsFrame(marker) && at + 9 <= bytes.length) {
      const [width, height] = [numberAt(bytes, at + 7), numberAt(bytes, at + 5)];
      const own = checkSize(width, height);
      if (own > mostPixels) throw new ReadingError("too-large", `${width}×${height} of ${mostPixels} pixels`);
      pixels = Math.max(pixels, own);
    }
    if (marker === 0xda) scans += 1;
    if (scans > USUAL_SCANS && scans * pixels > LARGEST_SCANNED) throw new ReadingError("unreadable", `the JPEG has more than ${scans - 1} scans`);
    at += 2 + numberAt(bytes, at + 2);
  }
}

/** Where the first frame begins, if segments alone lead to it; else 0. */
function frameIn(bytes: Uint8Array): number {
  for (let at = 2; at + 10 <= bytes.length && isMarker(bytes, at); at += 2 + numberAt(bytes, at + 2)) if (beginsFrame(bytes[at + 1]!)) return at;
  return 0;
}

/** Of 16 bits. */
function numberAt(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

/** Of the first byte from there on that a marker may begin with. */
function placeOf(bytes: Uint8Array, from: number): number {
  const place = bytes.indexOf(0xff, from);
  return place === -1 ? bytes.length : place;
}

/** Whether a marker's segment says how large the picture is, and of how many colours: C0 to CF, but for C4, C8 and CC. */
function beginsFrame(marker: number): boolean {
  return marker >> 4 === 12 && (marker === 0xc0 || marker % 4 > 0);
}

/** Neither a stuffed FF 00, a fill byte nor a restart. */
function isMarker(bytes: Uint8Array, at: number): boolean {
  const code = bytes[at + 1]!;
  return bytes[at] === 0xff && code > 0 && code < 0xff && code >> 3 !== 26;
}

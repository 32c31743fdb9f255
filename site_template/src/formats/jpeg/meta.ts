// JPEG: the browser's.

import { checkSize } from "../../image/size.ts";
import { ReadingError } from "../../shared/reading.ts";
import { stands, viewOf, type Format } from "../format.ts";
import { torn } from "../torn.ts";
import { exifOf } from "./exif.ts";

export const jpeg: Format = {
  type: "image/jpeg",
  endings: ["jpg", "jpeg", "jfif"],
  opens: ["jpg", "jpeg"],
  begins: (head) => stands(head, [0xff, 0xd8, 0xff]),
  grey(head) {
    const view = viewOf(head);
    for (let at = 2; at + 10 <= head.length && isMarker(view, at); at += 2 + view.getUint16(at + 2)) {
      if (beginsFrame(head[at + 1]!)) return head[at + 9] === 1;
    }
    return false;
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
  if (!jpeg.begins(bytes)) return false;
  const view = viewOf(bytes);
  for (let at = 2; at + 10 <= bytes.length && isMarker(view, at); at += 2 + view.getUint16(at + 2)) {
    if (beginsFrame(bytes[at + 1]!)) return bytes[at + 1]! <= 0xc1 && (bytes[at + 9] === 1 || bytes[at + 9] === 3);
  }
  return false;
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
  const view = viewOf(bytes);
  let [at, scans, pixels] = [2, 0, 0];
  for (;;) {
    // Entropy-coded data lies between segments: skip to a marker that is neither a stuffed FF 00, a restart nor a fill byte.
    while (at + 1 < view.byteLength && !isMarker(view, at)) at = placeOf(bytes, at + 1);
    if (at + 1 >= view.byteLength) return null;
    const marker = view.getUint8(at + 1);
    if (marker === 0xd9) return pixels;
    if (at + 4 > view.byteLength) return null;
    if (beginsFrame(marker) && at + 9 <= view.byteLength) {
      const [width, height] = [view.getUint16(at + 7), view.getUint16(at + 5)];
      const own = checkSize(width, height);
      if (own > mostPixels) throw new ReadingError("too-large", `a JPEG of ${width}×${height} in a place for ${mostPixels} pixels`);
      pixels = Math.max(pixels, own);
    }
    if (marker === 0xda) scans += 1;
    if (scans > USUAL_SCANS && scans * pixels > LARGEST_SCANNED) throw new ReadingError("unreadable", `the JPEG has more than ${scans - 1} scans`);
    at += 2 + view.getUint16(at + 2);
  }
}

/** Of the first byte from there on that a marker may begin with. */
function placeOf(bytes: Uint8Array, from: number): number {
  const place = bytes.indexOf(0xff, from);
  return place === -1 ? bytes.length : place;
}

/** Whether a marker's segment says how large the picture is, and of how many colours. */
function beginsFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function isMarker(view: DataView, at: number): boolean {
  if (view.getUint8(at) !== 0xff) return false;
  const code = view.getUint8(at + 1);
  return code !== 0x00 && code !== 0xff && !(code >= 0xd0 && code <= 0xd7);
}

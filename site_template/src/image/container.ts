// Looks at an encoded picture's own structure: what it is, how large, and whether it is all there.
//
// Browsers paint the top of a truncated film without a word and decode a gigapixel file until the tab dies, so both are
// noticed here, before decoding.

import { ReadingError } from "../shared/reading.ts";

/** More than the largest picture takes, uncompressed and of 16 bits; a larger file is not a radiograph. */
export const LARGEST_BYTES = 2 ** 30;
/** As in training/films/preprocessing.py: more pixels than any radiograph. */
export const LARGEST_PIXELS = 200_000_000;

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Who decodes a picture: the browser itself, or the second worker (formats/). */
export type Decoder = "browser" | "formats";

/**
 * Says who decodes the bytes.
 *
 * Throws a ReadingError for bytes that must not be decoded: `empty`, `not-an-image`, `archive`, `unreadable` (cut short) or
 * `too-large`.
 */
export function inspect(bytes: Uint8Array): Decoder {
  if (bytes.length === 0) throw new ReadingError("empty");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // First, because the 128 bytes before it may be another picture's beginning.
  if (isDicom(bytes) || isTiff(bytes)) return "formats";
  if (startsWith(bytes, PNG)) inspectPng(view);
  else if (startsWith(bytes, [0xff, 0xd8, 0xff])) inspectJpeg(view);
  else if (ascii(bytes, "PK\x03\x04", 0)) throw new ReadingError("archive");
  else if (!isOtherPicture(bytes)) throw new ReadingError("not-an-image");
  return isDeepPng(bytes) ? "formats" : "browser";
}

/** DICM behind a preamble of 128 bytes. */
export function isDicom(bytes: Uint8Array): boolean {
  return startsWith(bytes, [0x44, 0x49, 0x43, 0x4d], 128);
}

/** Little- or big-endian, classic or big. */
export function isTiff(bytes: Uint8Array): boolean {
  return ["II*\0", "MM\0*", "II+\0", "MM\0+"].some((start) => ascii(bytes, start, 0));
}

/** Of 16-bit greys and not interlaced. */
function isDeepPng(bytes: Uint8Array): boolean {
  return startsWith(bytes, PNG) && startsWith(bytes, [16, 0, 0, 0, 0], 24);
}

/** Enough of a file for `mayBeDeep`. */
export const HEAD_BYTES = 132;

/** Whether a file that begins so may hold more than 256 greys; such files are all for `formats`. */
export function mayBeDeep(head: Uint8Array): boolean {
  return isDicom(head) || isTiff(head) || isDeepPng(head);
}

/** Throws for more pixels than LARGEST_PIXELS. */
export function checkSize(width: number, height: number): void {
  if (width * height > LARGEST_PIXELS) throw new ReadingError("too-large", `${width}×${height}`);
}

function startsWith(bytes: Uint8Array, signature: readonly number[], at = 0): boolean {
  return signature.every((byte, index) => bytes[at + index] === byte);
}

/** GIF, BMP, WebP and the ISO family (AVIF, HEIC): left to the browser, which decodes them or says that it cannot. */
function isOtherPicture(bytes: Uint8Array): boolean {
  return ascii(bytes, "GIF8", 0) || ascii(bytes, "BM", 0) || (ascii(bytes, "RIFF", 0) && ascii(bytes, "WEBP", 8)) || ascii(bytes, "ftyp", 4);
}

function ascii(bytes: Uint8Array, text: string, at: number): boolean {
  return startsWith(bytes, [...text].map((letter) => letter.charCodeAt(0)), at);
}

function inspectPng(view: DataView): void {
  if (view.byteLength >= 24) checkSize(view.getUint32(16), view.getUint32(20));
  // Chunks: length, type, data, checksum; the last is IEND.
  for (let at = 8; at + 12 <= view.byteLength; at += view.getUint32(at) + 12) {
    if (view.getUint32(at + 4) === 0x49454e44) return;
  }
  throw new ReadingError("unreadable", "the PNG file is cut short");
}

function inspectJpeg(view: DataView): void {
  const cut = new ReadingError("unreadable", "the JPEG file is cut short");
  let at = 2;
  for (;;) {
    // Entropy-coded data lies between segments: skip to a marker that is neither a stuffed FF 00, a restart nor a fill byte.
    while (at + 1 < view.byteLength && !isMarker(view, at)) at += 1;
    if (at + 1 >= view.byteLength) throw cut;
    const marker = view.getUint8(at + 1);
    if (marker === 0xd9) return;
    if (at + 4 > view.byteLength) throw cut;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame && at + 9 <= view.byteLength) checkSize(view.getUint16(at + 7), view.getUint16(at + 5));
    at += 2 + view.getUint16(at + 2);
  }
}

function isMarker(view: DataView, at: number): boolean {
  if (view.getUint8(at) !== 0xff) return false;
  const code = view.getUint8(at + 1);
  return code !== 0x00 && code !== 0xff && !(code >= 0xd0 && code <= 0xd7);
}

// Whether a GIF's first picture is all there: walks through its LZW codes without making a picture.

import { viewOf } from "../format.ts";
import { torn } from "../torn.ts";

const [EXTENSION, IMAGE, TRAILER] = [0x21, 0x2c, 0x3b];
const MOST_CODES = 4096;

/** Throws a ReadingError, `damaged`. */
export function checkPicture(bytes: Uint8Array): void {
  const view = viewOf(bytes);
  for (let at = 13 + coloursOf(bytes[10]!); ; ) {
    const kind = view.getUint8(at);
    if (kind === TRAILER) throw torn("the GIF has no picture");
    if (kind === EXTENSION) at = blocksOf(bytes, at + 2).end;
    else if (kind === IMAGE) {
      const pixels = view.getUint16(at + 5, true) * view.getUint16(at + 7, true);
      const own = coloursOf(view.getUint8(at + 9));
      const first = at + 10 + own;
      const colours = (own || coloursOf(bytes[10]!)) / 3;
      if (colours === 0) throw torn("the GIF has no palette");
      checkCodes(blocksOf(bytes, first + 1), view.getUint8(first), pixels, colours);
      return;
    } else throw torn("a block that a GIF does not have");
  }
}

/** Bytes of a palette. */
function coloursOf(flags: number): number {
  return flags & 0x80 ? 3 << ((flags & 7) + 1) : 0;
}

interface Blocks {
  readonly parts: readonly Uint8Array[];
  readonly end: number;
}

/** Blocks of up to 255 bytes, up to an empty one. */
function blocksOf(bytes: Uint8Array, from: number): Blocks {
  const parts: Uint8Array[] = [];
  let at = from;
  for (; at < bytes.length && bytes[at] !== 0; at += 1 + bytes[at]!) parts.push(bytes.subarray(at + 1, at + 1 + bytes[at]!));
  if (at >= bytes.length) throw torn("the GIF is cut short");
  return { parts, end: at + 1 };
}

/** Throws unless the codes are those of so many pixels, each of one of so many colours, and an end. */
function checkCodes({ parts }: Blocks, size: number, pixels: number, colours: number): void {
  if (size < 1 || size > 11) throw torn("codes of a size that a GIF does not have");
  const [clear, stop] = [1 << size, (1 << size) + 1];
  const lengths = new Uint32Array(MOST_CODES).fill(1);
  let [width, next, before, count, bits, value] = [size + 1, stop + 1, -1, 0, 0, 0];
  for (const part of parts) {
    for (const byte of part) {
      value |= byte << bits;
      bits += 8;
      while (bits >= width) {
        const code = value & ((1 << width) - 1);
        value >>>= width;
        bits -= width;
        if (code === stop) {
          if (count !== pixels) throw torn("the GIF has another number of pixels than it says");
          return;
        }
        if (code === clear) {
          [width, next, before] = [size + 1, stop + 1, -1];
          continue;
        }
        if (code >= colours && code < clear) throw torn(`colour ${code} of a palette of ${colours}`);
        if (code > next || (code === next && before < 0)) throw torn("a code that is not in the table");
        if (before >= 0 && next < MOST_CODES) {
          lengths[next] = lengths[before]! + 1;
          next += 1;
          if (next === 1 << width && width < 12) width += 1;
        }
        count += lengths[code]!;
        before = code;
      }
    }
  }
  if (count !== pixels) throw torn("the GIF has another number of pixels than it says");
}

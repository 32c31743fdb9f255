// LZW as TIFF has it (TIFF 6.0, section 13): codes of 9 to 12 bits, the most significant first.

import { ReadingError } from "../../shared/reading.ts";

const CLEAR = 256;
const END = 257;
const MOST_CODES = 4096;

/** At most `room` bytes; what lies behind them is not looked at. Throws a ReadingError where the data is broken. */
export function unpackLzw(packed: Uint8Array, room: number): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(room);
  // A code's bytes stand in the result already: where, and how many.
  const starts = new Uint32Array(MOST_CODES);
  const lengths = new Uint32Array(MOST_CODES);
  let [length, width, codes, bits, held, before] = [0, 9, END + 1, 0, 0, -1];
  for (let at = 0; length < room; ) {
    for (; bits < width && at < packed.length; bits += 8, at += 1) held = ((held << 8) | packed[at]!) & 0xffffff;
    if (bits < width) break;
    bits -= width;
    const code = (held >> bits) & ((1 << width) - 1);
    if (code === END) break;
    if (code === CLEAR) {
      [width, codes, before] = [9, END + 1, -1];
      continue;
    }
    if (code > codes || (code === codes && before < 0)) throw new ReadingError("unreadable", `LZW code ${code} is not known yet`);
    const start = length;
    if (before >= 0 && codes < MOST_CODES) {
      // The bytes of the code before, and the one behind them, which is the first of this code.
      starts[codes] = start - lengthOf(before);
      lengths[codes] = lengthOf(before) + 1;
      codes += 1;
    }
    if (code < CLEAR) result[length++] = code;
    else for (let from = starts[code]!, left = lengths[code]!; left > 0 && length < room; left -= 1) result[length++] = result[from++]!;
    before = code;
    if (codes + 1 >= 1 << width && width < 12) width += 1;
  }
  return result.subarray(0, length).slice();

  function lengthOf(code: number): number {
    return code < CLEAR ? 1 : lengths[code]!;
  }
}

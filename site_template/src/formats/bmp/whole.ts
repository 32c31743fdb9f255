// Whether a BMP's rows are all there, and nothing was put between them.

import { checkRun } from "../run.ts";
import { viewOf } from "../format.ts";
import { checkIndex, checkIndices } from "../palette.ts";
import { torn } from "../torn.ts";

const CORE_HEADER = 12;
const [UNPACKED, RUNS_OF_8, RUNS_OF_4, BIT_FIELDS, ALPHA_BIT_FIELDS] = [0, 1, 2, 3, 6];
const FILE_HEADER = 14;

/** Throws a ReadingError, `damaged`. What is packed otherwise than in runs is the browser's. */
export function checkRows(bytes: Uint8Array): void {
  const view = viewOf(bytes);
  const [size, offset, header] = [view.getUint32(2, true), view.getUint32(10, true), view.getUint32(14, true)];
  const isCore = header === CORE_HEADER;
  const [width, height] = isCore ? [view.getUint16(18, true), view.getUint16(20, true)] : [Math.abs(view.getInt32(18, true)), Math.abs(view.getInt32(22, true))];
  const bits = view.getUint16(isCore ? 24 : 28, true);
  const packing = isCore ? UNPACKED : view.getUint32(30, true);
  const colours = bits > 8 ? 0 : (header >= 36 && view.getUint32(46, true)) || 1 << bits;
  if (offset < FILE_HEADER + header + colours * (isCore ? 3 : 4)) throw torn("the BMP's rows begin within its header");
  const inRuns = { width, height, perByte: packing === RUNS_OF_8 ? 1 : 2, colours };
  if (packing === RUNS_OF_8 || packing === RUNS_OF_4) return checkRuns(bytes.subarray(offset), inRuns);
  if (packing !== UNPACKED && packing !== BIT_FIELDS && packing !== ALPHA_BIT_FIELDS) return;
  const rowLength = Math.ceil((width * bits) / 32) * 4;
  const end = offset + rowLength * height;
  if (end > bytes.length) throw torn("the BMP lacks rows");
  // Some programs fill their files up.
  if (size === end && bytes.subarray(end).some((byte) => byte !== 0)) throw torn("the BMP has more bytes than it says");
  if (bits <= 8 && colours < 1 << bits) {
    for (let row = offset; row < end; row += rowLength) checkIndices(bytes.subarray(row, row + rowLength), width, bits, colours);
  }
  if (bits >= 8) checkRun(bytes.subarray(offset, end), { rowLength, used: Math.ceil((width * bits) / 8) });
}

interface InRuns {
  readonly width: number;
  readonly height: number;
  readonly perByte: number;
  readonly colours: number;
}

/** Rows in runs: none goes over its row's end, and the last row is there. */
function checkRuns(bytes: Uint8Array, { width, height, perByte, colours }: InRuns): void {
  const [ROW_ENDS, ENDS, MOVES] = [0, 1, 2];
  const checkByte = (byte: number): void => (perByte === 1 ? checkIndex(byte, colours) : (checkIndex(byte >> 4, colours), checkIndex(byte & 15, colours)));
  let [x, y] = [0, 0];
  for (let at = 0; ; ) {
    const [count, code] = [bytes[at], bytes[at + 1]];
    if (count === undefined || code === undefined) throw torn("the BMP lacks rows");
    at += 2;
    if (count > 0) {
      x += count;
      checkByte(code);
    }
    else if (code === ROW_ENDS) [x, y] = [0, y + 1];
    else if (code === ENDS) break;
    else if (code === MOVES) {
      [x, y] = [x + (bytes[at] ?? 0), y + (bytes[at + 1] ?? 0)];
      at += 2;
    } else {
      x += code;
      const length = Math.ceil(code / perByte);
      bytes.subarray(at, at + length).forEach(checkByte);
      at += Math.ceil(length / 2) * 2;
    }
    if (x >= width + perByte || y > height) throw torn("a run goes over the end of a row");
  }
  if (y < height - 1) throw torn("the BMP lacks rows");
}

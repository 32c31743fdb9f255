// Whether a BMP's rows are all there, and nothing was put between them.

import { checkRun } from "../run.ts";
import { viewOf } from "../format.ts";
import { torn } from "../torn.ts";

const CORE_HEADER = 12;
const [UNPACKED, BIT_FIELDS, ALPHA_BIT_FIELDS] = [0, 3, 6];

/** Throws a ReadingError, `damaged`. Packed rows are the browser's. */
export function checkRows(bytes: Uint8Array): void {
  const view = viewOf(bytes);
  const [size, offset, header] = [view.getUint32(2, true), view.getUint32(10, true), view.getUint32(14, true)];
  const isCore = header === CORE_HEADER;
  const [width, height] = isCore ? [view.getUint16(18, true), view.getUint16(20, true)] : [Math.abs(view.getInt32(18, true)), Math.abs(view.getInt32(22, true))];
  const bits = view.getUint16(isCore ? 24 : 28, true);
  const packing = isCore ? UNPACKED : view.getUint32(30, true);
  if (packing !== UNPACKED && packing !== BIT_FIELDS && packing !== ALPHA_BIT_FIELDS) return;
  const rowLength = Math.ceil((width * bits) / 32) * 4;
  const end = offset + rowLength * height;
  if (end > bytes.length) throw torn("the BMP lacks rows");
  // Some programs fill their files up.
  if (size === end && bytes.subarray(end).some((byte) => byte !== 0)) throw torn("the BMP has more bytes than it says");
  if (bits >= 8) checkRun(bytes.subarray(offset, end), { rowLength, used: Math.ceil((width * bits) / 8) });
}

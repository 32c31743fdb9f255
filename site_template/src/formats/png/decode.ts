// 16-bit grey PNG: browsers hand out 8 bits, not always rounded alike. Everything else about PNG is left to them.

import { joined, mapped } from "../../shared/bytes.ts";
import { shownThrough, type Scale } from "../../shared/grey_window.ts";
import { ReadingError } from "../../shared/reading.ts";
import type { DecodeOptions, FromFile } from "../from_file.ts";
import { inflateAtMost } from "../inflate.ts";
import { unfilter } from "./filters.ts";

const BYTES_PER_PIXEL = 2;

/** `bytes` are those of a whole PNG, 16 bits grey, not interlaced (meta.ts). */
export function decodePng(bytes: Uint8Array, { onSize }: Pick<DecodeOptions, "onSize">): FromFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  onSize(width * height);
  const rowLength = width * BYTES_PER_PIXEL;
  const rows = unzipped(bytes, view, height * (1 + rowLength));
  if (rows.length < height * (1 + rowLength)) throw new ReadingError("unreadable", "the PNG lacks rows");
  const values = new Uint16Array(width * height);
  let above = new Uint8Array(rowLength);
  for (let y = 0; y < height; y += 1) {
    const at = y * (1 + rowLength);
    const row = rows.subarray(at + 1, at + 1 + rowLength);
    unfilter(rows[at]!, row, above, BYTES_PER_PIXEL);
    for (let x = 0; x < width; x += 1) values[y * width + x] = row[x * 2]! * 256 + row[x * 2 + 1]!;
    above = row;
  }
  const levels = mapped(values, (value) => Math.round(value / 257));
  return {
    film: { width, height, levels, planes: null, frames: 1, colour: 0, concern: null },
    scale: () => deepScale(values),
    seenThrough: (window) => {
      const shown = shownThrough(window);
      return mapped(values, (value) => shown(value / 257));
    },
  };
}

/** Of so many bits, or turned round, which 0–255 stand for all of. */
export function deepScale(values: Uint16Array, bits = 16, isTurned = false): Scale {
  let [low, high] = [Infinity, 0];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const [white, unit] = [2 ** bits - 1, `${bits} bits`];
  return { at0: isTurned ? white : 0, perLevel: ((isTurned ? -1 : 1) * white) / 255, low, high, unit: isTurned ? `${unit}, white is 0` : unit, windows: [] };
}

/** The image data of all IDAT chunks. */
function unzipped(bytes: Uint8Array, view: DataView, length: number): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  for (let at = 8; at + 12 <= bytes.length; at += view.getUint32(at) + 12) {
    if (view.getUint32(at + 4) === 0x49444154) parts.push(bytes.subarray(at + 8, at + 8 + view.getUint32(at)));
  }
  return inflateAtMost(joined(parts).subarray(2), length); // behind zlib's header of two bytes
}

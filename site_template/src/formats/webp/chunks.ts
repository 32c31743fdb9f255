// The chunks of a WebP: type, length, data, and a byte to fill up an odd length.

import { viewOf } from "../format.ts";
import type { Exif } from "../orientation.ts";

export interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
  /** Whether all of its data are there. */
  readonly isWhole: boolean;
}

const RIFF_BYTES = 12;

export function* chunksOf(bytes: Uint8Array, from = RIFF_BYTES): Generator<Chunk> {
  const view = viewOf(bytes);
  for (let at = from; at + 8 <= bytes.length; ) {
    const length = view.getUint32(at + 4, true);
    yield { type: String.fromCharCode(...bytes.subarray(at, at + 4)), data: bytes.subarray(at + 8, at + 8 + length), isWhole: at + 8 + length <= bytes.length };
    at += 8 + length + (length % 2);
  }
}

export function exifOf(bytes: Uint8Array): Exif {
  return Array.from(chunksOf(bytes)).filter(({ type }) => type === "EXIF").map(({ data }) => data);
}

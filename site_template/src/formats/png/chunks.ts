// The chunks of a PNG: length, type, data, checksum.

import { viewOf } from "../format.ts";

export interface Chunk {
  /** Where it begins, with its length. */
  readonly at: number;
  readonly type: string;
  readonly data: Uint8Array;
  readonly checksum: number;
}

const SIGNATURE_BYTES = 8;
/** Bytes of a chunk beside its data. */
const FRAME_BYTES = 12;

/** As far as they are whole. */
export function* chunksOf(bytes: Uint8Array): Generator<Chunk> {
  const view = viewOf(bytes);
  for (let at = SIGNATURE_BYTES; at + FRAME_BYTES <= bytes.length; ) {
    const length = view.getUint32(at);
    const end = at + FRAME_BYTES + length;
    if (end > bytes.length) return;
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    yield { at, type, data: bytes.subarray(at + 8, at + 8 + length), checksum: view.getUint32(end - 4) };
    if (type === "IEND") return;
    at = end;
  }
}

/** CRC-32 of a chunk's type and data, as PNG has it. */
export function checksumOf(bytes: Uint8Array, chunk: Chunk): number {
  return crc32(bytes.subarray(chunk.at + 4, chunk.at + 8 + chunk.data.length));
}

const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let at = 0; at < bytes.length; at += 1) crc = TABLE[(crc ^ bytes[at]!) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

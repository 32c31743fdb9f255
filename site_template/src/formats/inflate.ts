// Inflates to a limit, so that a small file cannot fill the memory.

import { Inflate } from "fflate";
import { joined } from "../shared/bytes.ts";
import { ReadingError } from "../shared/reading.ts";

/** Raw deflate data. Throws a ReadingError: `too-large` beyond `limit` bytes, `unreadable` for what is broken or cut short. */
export function inflateAtMost(data: Uint8Array, limit: number): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  let length = 0;
  let whole = false;
  const inflate = new Inflate((part, last) => {
    length += part.length;
    if (length > limit) throw new ReadingError("too-large", `inflates to more than ${limit} bytes`);
    parts.push(part);
    whole = last;
  });
  // A chunk at a time: what one chunk can become is bounded, and looked at before the next.
  const CHUNK = 1 << 16;
  try {
    for (let at = 0; at < data.length; at += CHUNK) inflate.push(data.subarray(at, at + CHUNK), at + CHUNK >= data.length);
  } catch (error) {
    throw error instanceof ReadingError ? error : new ReadingError("unreadable", String(error));
  }
  if (!whole) throw new ReadingError("unreadable", "the compressed data is cut short");
  return joined(parts);
}

/** The first bytes, at most `length`, of raw deflate data; fewer where it is broken or cut short. */
export function inflatedStart(data: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  let have = 0;
  const inflate = new Inflate((part) => {
    parts.push(part);
    have += part.length;
  });
  const CHUNK = 1 << 10;
  try {
    for (let at = 0; at < data.length && have < length; at += CHUNK) inflate.push(data.subarray(at, at + CHUNK), at + CHUNK >= data.length);
  } catch {
    // What came before stays.
  }
  return joined(parts).slice(0, length);
}

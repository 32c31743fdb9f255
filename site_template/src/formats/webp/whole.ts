// Whether a WebP's picture is all there: the lengths of its chunks, and the data of its first picture.

import { viewOf } from "../format.ts";
import { torn } from "../torn.ts";
import { chunksOf, type Chunk } from "./chunks.ts";
import { walkVp8 } from "./vp8.ts";
import { walkVp8l } from "./vp8l.ts";

/** Before the chunks of one of several pictures. */
const FRAME_HEADER_BYTES = 16;

/** Throws a ReadingError, `damaged`. */
export function checkPicture(bytes: Uint8Array): void {
  const end = 8 + viewOf(bytes).getUint32(4, true);
  if (end > bytes.length) throw torn("the WebP is cut short");
  const picture = firstPicture(chunksOf(bytes.subarray(0, end)));
  if (picture === null) throw torn("the WebP has no picture");
  if (picture.type === "VP8L") walkVp8l(picture.data);
  else walkVp8(picture.data);
}

function firstPicture(chunks: Iterable<Chunk>): Chunk | null {
  for (const chunk of chunks) {
    if (!chunk.isWhole) throw torn(`the chunk ${chunk.type} is cut short`);
    if (chunk.type === "ANMF") return firstPicture(chunksOf(chunk.data, FRAME_HEADER_BYTES));
    if (chunk.type === "VP8 " || chunk.type === "VP8L") return chunk;
  }
  return null;
}

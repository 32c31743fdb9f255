// Whether a PNG's picture is all there: the checksums of what it is made of, and its rows.

import { viewOf } from "../format.ts";
import { torn } from "../torn.ts";
import { checksumOf, chunksOf } from "./chunks.ts";

/** By colour type. */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
/** Adam7: column and row of each pass's first pixel, and the steps to its next ones. */
const PASSES = [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]] as const;
const WHOLE_PASS = [[0, 0, 1, 1]] as const;

/** Throws a ReadingError, `damaged`, where a chunk that the picture needs is not as it was written. */
export function checkChunks(bytes: Uint8Array): void {
  for (const chunk of chunksOf(bytes)) {
    const isNeeded = chunk.type >= "A" && chunk.type < "[";
    if (isNeeded && checksumOf(bytes, chunk) !== chunk.checksum) throw torn(`the chunk ${chunk.type} is not as it was written`);
  }
}

/** Throws a ReadingError, `damaged`, where there are fewer rows than the header says, or more. */
export async function checkRows(bytes: Uint8Array): Promise<void> {
  const parts = Array.from(chunksOf(bytes)).filter(({ type }) => type === "IDAT").map(({ data }) => data as Uint8Array<ArrayBuffer>);
  const expected = lengthOf(bytes);
  const more = expected + Math.ceil(expected / Math.max(1, viewOf(bytes).getUint32(20))); // a row: of a few bytes nobody takes notice
  const length = await inflatedLength(parts, more);
  if (length < expected) throw torn("the PNG lacks rows");
  if (length >= more) throw torn("the PNG has more rows than it says");
}

/** Of all rows, each with the number of its filter. */
function lengthOf(bytes: Uint8Array): number {
  const view = viewOf(bytes);
  const [width, height, depth, colour, isInterlaced] = [view.getUint32(16), view.getUint32(20), bytes[24]!, bytes[25]!, bytes[28] === 1];
  const bits = depth * (SAMPLES[colour] ?? 0);
  let length = 0;
  for (const [left, top, right, down] of isInterlaced ? PASSES : WHOLE_PASS) {
    const [columns, rows] = [Math.ceil((width - left) / right), Math.ceil((height - top) / down)];
    if (columns > 0 && rows > 0) length += rows * (1 + Math.ceil((columns * bits) / 8));
  }
  return length;
}

/** As far as it can be inflated, or to `enough`; what comes behind the end is no fault. */
async function inflatedLength(parts: readonly Uint8Array<ArrayBuffer>[], enough: number): Promise<number> {
  // Written part by part: a Blob's own stream brings nothing in WebKit where the page is a file.
  const inflating = new DecompressionStream("deflate");
  const written = writeAll(inflating.writable.getWriter(), parts).catch(() => undefined);
  const inflated = inflating.readable.getReader();
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await inflated.read();
      if (done) break;
      length += value.length;
      if (length < enough) continue;
      void inflated.cancel().catch(() => {}); // hostile ones go on for ever
      return length;
    }
  } catch {
    // What came before counts.
  }
  await written;
  return length;
}

async function writeAll(to: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>, parts: readonly Uint8Array<ArrayBuffer>[]): Promise<void> {
  for (const part of parts) await to.write(part);
  await to.close();
}

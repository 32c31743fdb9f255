// Whether a PNG's picture is all there: the checksums of what it is made of, and its rows.

import { joined } from "../../shared/bytes.ts";
import { viewOf } from "../format.ts";
import { torn } from "../torn.ts";
import { checksumOf, chunksOf } from "./chunks.ts";
import { checkIndices } from "../palette.ts";
import { unfilter } from "./filters.ts";

/** By colour type. */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
/** Adam7: column and row of each pass's first pixel, and the steps to its next ones. */
const PASSES = [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]] as const;
const WHOLE_PASS = [[0, 0, 1, 1]] as const;

/** Chunks without which nothing is to be shown; a file with another one says that it needs a newer program. */
const KNOWN = ["IHDR", "PLTE", "IDAT", "IEND"];
const HEADER_BYTES = 13;
const WITH_PALETTE = 3;

/** Throws a ReadingError, `damaged`, where a chunk that the picture needs is not as it was written, is missing, or is one that nobody knows. */
export function checkChunks(bytes: Uint8Array): void {
  const seen: string[] = [];
  for (const chunk of chunksOf(bytes)) {
    const isNeeded = chunk.type >= "A" && chunk.type < "[";
    if (isNeeded && checksumOf(bytes, chunk) !== chunk.checksum) throw torn(`the chunk ${chunk.type} is not as it was written`);
    if (isNeeded && !KNOWN.includes(chunk.type)) throw torn(`the chunk ${chunk.type} is none that a PNG has`);
    if (seen.length === 0 && (chunk.type !== "IHDR" || chunk.data.length !== HEADER_BYTES)) throw torn("the PNG does not begin with its header");
    if (chunk.type === "IDAT" && seen.includes("acTL") && !seen.includes("fcTL")) throw torn("the PNG's picture is another one than its animation shows");
    seen.push(chunk.type);
  }
  const [packing, filters, passes] = bytes.subarray(26, 29) as unknown as [number, number, number];
  if (packing !== 0 || filters !== 0 || passes > 1) throw torn("the PNG is packed in a way that there is not");
  if (bytes[25] === WITH_PALETTE && !seen.slice(0, seen.indexOf("IDAT")).includes("PLTE")) throw torn("the PNG has no palette");
}

/** Throws a ReadingError, `damaged`, where there are fewer rows than the header says, or more, or colours that its palette lacks. */
export async function checkRows(bytes: Uint8Array): Promise<void> {
  const parts = Array.from(chunksOf(bytes)).filter(({ type }) => type === "IDAT").map(({ data }) => data as Uint8Array<ArrayBuffer>);
  const expected = lengthOf(bytes);
  const more = expected + Math.ceil(expected / Math.max(1, viewOf(bytes).getUint32(20))); // a row: of a few bytes nobody takes notice
  const colours = coloursOf(bytes);
  const kept: Uint8Array[] = [];
  const length = await inflatedLength(parts, more, colours === null ? null : kept);
  if (length < expected) throw torn("the PNG lacks rows");
  if (length >= more) throw torn("the PNG has more rows than it says");
  if (colours !== null) checkColours(joined(kept), bytes, colours);
}

/** Of its palette, where that is smaller than its numbers can be; else null. */
function coloursOf(bytes: Uint8Array): number | null {
  const palette = Array.from(chunksOf(bytes)).find(({ type }) => type === "PLTE");
  if (bytes[25] !== WITH_PALETTE || palette === undefined) return null;
  const colours = Math.floor(palette.data.length / 3);
  return colours < 2 ** bytes[24]! ? colours : null;
}

function checkColours(rows: Uint8Array, bytes: Uint8Array, colours: number): void {
  const depth = bytes[24]!;
  let at = 0;
  for (const { columns, count } of passesOf(bytes)) {
    const length = Math.ceil((columns * depth) / 8);
    let above: Uint8Array = new Uint8Array(length);
    for (let y = 0; y < count; y += 1, at += 1 + length) {
      const row = rows.subarray(at + 1, at + 1 + length);
      unfilter(rows[at]!, row, above, 1);
      checkIndices(row, columns, depth, colours);
      above = row;
    }
  }
}

/** Columns and rows of each pass. */
function passesOf(bytes: Uint8Array): { readonly columns: number; readonly count: number }[] {
  const view = viewOf(bytes);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  return (bytes[28] === 1 ? PASSES : WHOLE_PASS)
    .map(([left, top, right, down]) => ({ columns: Math.ceil((width - left) / right), count: Math.ceil((height - top) / down) }))
    .filter(({ columns, count }) => columns > 0 && count > 0);
}

/** Of all rows, each with the number of its filter. */
function lengthOf(bytes: Uint8Array): number {
  const bits = bytes[24]! * (SAMPLES[bytes[25]!] ?? 0);
  return passesOf(bytes).reduce((sum, { columns, count }) => sum + count * (1 + Math.ceil((columns * bits) / 8)), 0);
}

/** As far as it can be inflated, or to `enough`; what comes behind the end is no fault. What comes out is added to `kept`. */
async function inflatedLength(parts: readonly Uint8Array<ArrayBuffer>[], enough: number, kept: Uint8Array[] | null): Promise<number> {
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
      kept?.push(value);
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

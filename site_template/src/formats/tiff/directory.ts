// A TIFF's directories as they stand in the file: how many there are, and how large the first picture is.
//
// Looked at before the decoder is: it follows directories for ever, and takes the memory for whatever a picture says of itself.

import { checkOpenedSize } from "../../image/size.ts";
import { ReadingError } from "../../shared/reading.ts";
import { viewOf } from "../format.ts";

/** More pictures than any film's file holds: so many are directories that lead back to one another. */
const MOST_DIRECTORIES = 1 << 16;
/** Bytes of a value of a tag's type, from type 1 on. */
export const TYPE_BYTES = [1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];
const [SHORT, LONG, LONG8] = [3, 4, 16];
const [WIDTH, HEIGHT, BITS, STRIPS, SAMPLES, ROWS, STRIP_BYTES, TILE_WIDTH, TILE_HEIGHT, TILES, TILE_BYTES] = [256, 257, 258, 273, 277, 278, 279, 322, 323, 324, 325];
/** Tags with a value for each sample, strip or tile. */
const LISTS = [BITS, STRIPS, STRIP_BYTES, TILES, TILE_BYTES];

/**
 * The number of pictures in a file. Throws a ReadingError: `too-large` where the first is, `unreadable` where its directories
 * lie outside the file or lead back to one another.
 */
export function checkDirectories(bytes: Uint8Array): number {
  try {
    const reader = readerOf(viewOf(bytes));
    checkFirst(reader, reader.offset(reader.isBig ? 8 : 4));
    let count = 0;
    for (let at = reader.offset(reader.isBig ? 8 : 4); at !== 0; at = reader.next(at)) {
      count += 1;
      if (count > MOST_DIRECTORIES) throw new ReadingError("unreadable", "too many TIFF directories");
    }
    return count;
  } catch (error) {
    if (error instanceof RangeError) throw new ReadingError("unreadable", "a TIFF directory lies outside the file");
    throw error;
  }
}

/** Reads throw a RangeError outside the file. */
export interface Reader {
  readonly view: DataView;
  readonly isLittle: boolean;
  /** BigTIFF: offsets and counts of 64 bits. */
  readonly isBig: boolean;
  readonly offset: (at: number) => number;
  /** Where the entries of a directory begin, and how many there are. */
  readonly entries: (directory: number) => { readonly from: number; readonly count: number };
  /** Of the next directory; 0 where there is none. */
  readonly next: (directory: number) => number;
}

export function readerOf(view: DataView): Reader {
  const isLittle = view.getUint16(0) === 0x4949;
  const isBig = view.getUint16(2, isLittle) === 43;
  const offset = (at: number): number => (isBig ? Number(view.getBigUint64(at, isLittle)) : view.getUint32(at, isLittle));
  const entries = (directory: number): { from: number; count: number } =>
    isBig ? { from: directory + 8, count: offset(directory) } : { from: directory + 2, count: view.getUint16(directory, isLittle) };
  const next = (directory: number): number => {
    const { from, count } = entries(directory);
    return offset(from + count * (isBig ? 20 : 12));
  };
  return { view, isLittle, isBig, offset, entries, next };
}

function checkFirst(reader: Reader, directory: number): void {
  const { view, isLittle, isBig, entries } = reader;
  const { from, count } = entries(directory);
  const values = new Map<number, number>();
  const counts = new Map<number, number>();
  for (let index = 0; index < count; index += 1) {
    const at = from + index * (isBig ? 20 : 12);
    const [tag, type] = [view.getUint16(at, isLittle), view.getUint16(at + 2, isLittle)];
    if (counts.has(tag)) throw new ReadingError("unreadable", `the TIFF says tag ${tag} twice`); // one of them stood for another tag
    const held = reader.offset(at + 4);
    counts.set(tag, held);
    if (LISTS.includes(tag) && held * (TYPE_BYTES[type - 1] ?? 0) > view.byteLength) throw new RangeError();
    const first = at + (isBig ? 12 : 8);
    if (type === SHORT) values.set(tag, view.getUint16(first, isLittle));
    else if (type === LONG) values.set(tag, view.getUint32(first, isLittle));
    else if (type === LONG8) values.set(tag, reader.offset(first));
  }
  const value = (tag: number): number => values.get(tag) ?? 1;
  if (value(WIDTH) * value(HEIGHT) === 0 || value(SAMPLES) === 0) throw new ReadingError("unreadable", "the picture has no pixels");
  checkOpenedSize(value(WIDTH), value(HEIGHT), value(SAMPLES));
  checkOpenedSize(value(TILE_WIDTH), value(TILE_HEIGHT), value(SAMPLES));
  // The decoder asks for each, whether it is there or not: for millions of them it would not come to an end.
  const strips = Math.ceil(value(HEIGHT) / Math.min(value(HEIGHT), values.get(ROWS) || Infinity));
  const tiles = Math.ceil(value(WIDTH) / value(TILE_WIDTH)) * Math.ceil(value(HEIGHT) / value(TILE_HEIGHT));
  const [needed, there] = counts.has(TILES) ? [tiles, counts.get(TILES)!] : [strips, counts.get(STRIPS) ?? 0];
  if (needed > Math.max(1, there)) throw new ReadingError("unreadable", `the TIFF has ${there} of ${needed} parts of its picture`);
}

// Whether a TIFF's strips and tiles are all there. Walks through the JPEGs that they hold, as through a file of its own: their decoder goes on
// behind a hole as well.

import { checkSize } from "../../image/size.ts";
import { viewOf } from "../format.ts";
import { walk } from "../jpeg/walk.ts";
import { torn } from "../torn.ts";
import { readerOf, TYPE_BYTES, type Reader } from "./directory.ts";

const JPEG = 7;
const PLANES_APART = 2;
const [WIDTH, HEIGHT, COMPRESSION, STRIPS, ROWS, STRIP_BYTES, PLANES, TILE_WIDTH, TILE_HEIGHT, TILES, TILE_BYTES, TABLES] =
  [256, 257, 259, 273, 278, 279, 284, 322, 323, 324, 325, 347];
const [START, END, TABLES_BYTES] = [0xd8, 0xd9, 2];

/**
 * Throws a ReadingError: `damaged` where a part of the first picture is missing or was changed, `too-large` where a JPEG's header says so, whatever it holds.
 * A RangeError where numbers lead behind the end.
 */
export function checkParts(bytes: Uint8Array): void {
  const reader = readerOf(viewOf(bytes));
  const tags = tagsOf(reader);
  const one = (tag: number): number | undefined => tags.get(tag)?.()[0];
  const isTiled = tags.has(TILES);
  const [offsets, lengths] = isTiled ? [tags.get(TILES), tags.get(TILE_BYTES)] : [tags.get(STRIPS), tags.get(STRIP_BYTES)];
  // Maps leave parts out that hold nothing, and their readers show black there.
  if ([...(offsets?.() ?? []), ...(lengths?.() ?? [])].includes(0)) throw torn("a part of the picture is not in the file");
  if (one(COMPRESSION) !== JPEG) return;
  const tables = Uint8Array.from(tags.get(TABLES)?.() ?? []);
  const [height, rows] = [one(HEIGHT) ?? 0, one(ROWS) || Infinity];
  const isWhole = one(PLANES) !== PLANES_APART; // a plane of colour may be smaller
  const ends = lengths?.() ?? [];
  for (const [index, from] of (offsets?.() ?? []).entries()) {
    const stored = bytes.subarray(from, from + (ends[index] ?? 0));
    if (stored[0] !== 0xff || stored[1] !== START) throw torn("a part of the TIFF is no JPEG");
    const jpeg = joined(tables, stored);
    const [across, down] = sizeOf(jpeg);
    checkSize(across, down);
    walk(jpeg, true);
    const least = isTiled ? [one(TILE_WIDTH) ?? 0, one(TILE_HEIGHT) ?? 0] : [one(WIDTH) ?? 0, Math.min(rows, height - index * rows || height)];
    if (isWhole && (across < least[0]! || down < least[1]!)) throw torn(`a JPEG of ${across}×${down} where ${least.join("×")} belong`);
  }
}

/** A strip or tile with the tables that all have in common, which stand in a JPEG of their own. */
function joined(tables: Uint8Array, stored: Uint8Array): Uint8Array {
  const hasEnd = tables.at(-2) === 0xff && tables.at(-1) === END;
  const inner = tables.subarray(TABLES_BYTES, hasEnd ? -2 : undefined);
  const all = new Uint8Array(stored.length + inner.length);
  all.set(stored.subarray(0, 2));
  all.set(inner, 2);
  all.set(stored.subarray(2), 2 + inner.length);
  return all;
}

/** Width and height by the frame's header. Throws a RangeError where there is none. */
function sizeOf(jpeg: Uint8Array): readonly [number, number] {
  const view = viewOf(jpeg);
  for (let at = 2; ; at += 2 + view.getUint16(at + 2)) {
    while (view.getUint8(at + 1) === 0xff) at += 1; // filled up
    const marker = view.getUint8(at + 1);
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) return [view.getUint16(at + 7), view.getUint16(at + 5)];
  }
}

/** The first directory's tags, each with what reads its numbers. */
function tagsOf(reader: Reader): ReadonlyMap<number, () => number[]> {
  const { view, isLittle, isBig, offset, entries } = reader;
  const { from, count } = entries(offset(isBig ? 8 : 4));
  const tags = new Map<number, () => number[]>();
  for (let index = 0; index < count; index += 1) {
    const at = from + index * (isBig ? 20 : 12);
    const size = TYPE_BYTES[view.getUint16(at + 2, isLittle) - 1] ?? 0;
    const held = offset(at + 4);
    const inline = at + (isBig ? 12 : 8);
    const read = (where: number): number => {
      if (size === 1) return view.getUint8(where);
      if (size === 2) return view.getUint16(where, isLittle);
      return size === 8 ? Number(view.getBigUint64(where, isLittle)) : view.getUint32(where, isLittle);
    };
    tags.set(view.getUint16(at, isLittle), () => {
      if (size === 0 || held * size > view.byteLength) throw new RangeError("a tag of the TIFF lies outside the file");
      const start = held * size <= (isBig ? 8 : 4) ? inline : offset(inline);
      return Array.from({ length: held }, (_, number) => read(start + number * size));
    });
  }
  return tags;
}

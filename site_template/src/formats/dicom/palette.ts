// Palettes: three look-up tables, or the same in segments (DICOM PS3.3 C.7.6.3.1.5 and C.7.9.2). training/films/dicom_palette.py
// reads the same.

import type { DataSet } from "dicom-parser";
import { ReadingError } from "../../shared/reading.ts";
import { tableOf, type Lut } from "./tables.ts";

const MOST_ENTRIES = 1 << 16;
/** Bytes of a table in segments that are looked at: four times what the most entries take. */
const MOST_BYTES = 1 << 20;
const [DISCRETE, LINEAR, INDIRECT] = [0, 1, 2];

/** Red, green and blue; fewer where one is missing. Throws a ReadingError where one is cut short or its segments make no table. */
export function paletteOf(data: DataSet, signed: boolean): readonly Lut[] {
  return ["1", "2", "3"].flatMap(
    (colour) => tableOf(data, `x0028110${colour}`, `x0028120${colour}`, signed) ?? segmented(data, `x0028110${colour}`, `x0028122${colour}`, signed) ?? [],
  );
}

function segmented(data: DataSet, descriptor: string, segments: string, signed: boolean): Lut | null {
  const element = data.elements[segments];
  const count = data.uint16(descriptor, 0);
  const first = signed ? data.int16(descriptor, 1) : data.uint16(descriptor, 1);
  const bits = data.uint16(descriptor, 2);
  if (element === undefined || count === undefined || first === undefined || bits === undefined) return null;
  const size = bits <= 8 ? 1 : 2;
  const { dataOffset, length } = element;
  const words = Array.from({ length: Math.floor(Math.min(length, MOST_BYTES) / size) }, (_, index) => {
    const at = dataOffset + index * size;
    return size === 1 ? data.byteArray[at]! : data.byteArrayParser.readUint16(data.byteArray, at);
  });
  return { first, bits, entries: expanded(words, size, count === 0 ? MOST_ENTRIES : count) };
}

/** The first `count` entries of a table in segments; `size` is the bytes of a word. Throws a ReadingError where there are fewer. */
export function expanded(words: readonly number[], size: number, count: number): Uint16Array {
  const entries: number[] = [];
  add(words, size, 0, Infinity, entries);
  if (entries.length < count) throw new ReadingError("unreadable", "the palette's segments are cut short");
  return Uint16Array.from(entries.slice(0, count));
}

/** Adds the entries of `most` segments, or of all that follow; only those of the whole list may be indirect. */
function add(words: readonly number[], size: number, from: number, most: number, entries: number[]): void {
  const perOffset = 4 / size;
  // A single word may be left over: bytes come in pairs.
  for (let at = from, seen = 0; at + 1 < words.length && seen < most && entries.length <= MOST_ENTRIES; seen += 1) {
    const [opcode, length] = [words[at]!, words[at + 1]!];
    at += 2;
    if (length === 0) throw new ReadingError("unreadable", "the palette has a segment of no entries");
    if (opcode === DISCRETE) {
      for (const word of words.slice(at, at + length)) entries.push(word);
      at += length;
    } else if (opcode === LINEAR && entries.length > 0 && at < words.length) {
      const start = entries.at(-1)!;
      const step = words[at]! - start;
      for (let place = 1; place <= length; place += 1) entries.push(Math.floor(start + (step * place) / length + 0.5));
      at += 1;
    } else if (opcode === INDIRECT && most === Infinity && at + perOffset <= words.length) {
      const offset = words.slice(at, at + perOffset).reduce((sum, word, place) => sum + word * 2 ** (8 * size * place), 0);
      add(words, size, Math.floor(offset / size), length, entries);
      at += perOffset;
    } else {
      throw new ReadingError("unreadable", "the palette's segments make no table");
    }
  }
}

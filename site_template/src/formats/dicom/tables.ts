// Look-up tables of a DICOM header, as machines write them: docs/formats.md has the rules.

import type { DataSet, Element } from "dicom-parser";
import { ReadingError } from "../../shared/reading.ts";

export interface Lut {
  /** Value that the first entry is for. */
  readonly first: number;
  /** Bits of an entry. */
  readonly bits: number;
  readonly entries: Uint8Array | Uint16Array;
}

/** The look-up table in a sequence's first item. */
export function lutOf(data: DataSet, sequence: string, signed: boolean): Lut | null {
  const item = data.elements[sequence]?.items?.[0]?.dataSet;
  return item === undefined ? null : tableOf(item, "x00283002", "x00283006", signed);
}

/** Null where its descriptor or its entries are missing. */
export function tableOf(data: DataSet, descriptor: string, entries: string, signed: boolean): Lut | null {
  const element = data.elements[entries];
  const count = data.uint16(descriptor, 0);
  const first = signed ? data.int16(descriptor, 1) : data.uint16(descriptor, 1);
  const bits = data.uint16(descriptor, 2);
  if (element === undefined || count === undefined || first === undefined || bits === undefined) return null;
  return { first, ...entriesOf(data, element, count === 0 ? 1 << 16 : count, bits) };
}

/** Entries take 16 bits each, or 8 where there is no room for more. */
function entriesOf(data: DataSet, { dataOffset, length }: Element, count: number, bits: number): Pick<Lut, "bits" | "entries"> {
  if (length < count * 2) {
    if (length < count) throw new ReadingError("unreadable", "a look-up table is cut short");
    return { bits: Math.min(bits, 8), entries: Uint8Array.from(data.byteArray.subarray(dataOffset, dataOffset + count)) };
  }
  const read = (index: number): number => data.byteArrayParser.readUint16(data.byteArray, dataOffset + index * 2);
  return { bits, entries: Uint16Array.from({ length: count }, (_, index) => read(index)) };
}

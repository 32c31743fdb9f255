// RLE Lossless: byte planes, each packed by PackBits (DICOM PS3.5 annex G).

import { ReadingError } from "../../shared/reading.ts";
import { torn } from "../torn.ts";

/** Little-endian samples, the colours of a pixel side by side. Throws a ReadingError where a plane is cut short or has a row too many. */
export function decodeRle(data: Uint8Array, rows: number, columns: number, samples: number, bytesPerSample: number): Uint8Array {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const planes = samples * bytesPerSample;
  if (data.length < 64 || view.getUint32(0, true) !== planes) throw new ReadingError("unreadable", "the RLE header is wrong");
  const result = new Uint8Array(rows * columns * planes);
  for (let plane = 0; plane < planes; plane += 1) {
    const from = view.getUint32(4 + plane * 4, true);
    const to = plane + 1 < planes ? view.getUint32(8 + plane * 4, true) : data.length;
    // The planes of a sample begin with its most significant byte.
    const sample = Math.floor(plane / bytesPerSample);
    const offset = sample * bytesPerSample + (bytesPerSample - 1 - (plane % bytesPerSample));
    const excess = unpack(data.subarray(from, to), result, offset, planes, columns);
    if (excess >= columns) throw new ReadingError("unreadable", "an RLE plane has more pixels than the header says");
  }
  return result;
}

/** Rows that tell whether runs keep to them, as they should: not all encoders know. */
const TELLING_ROWS = 16;
const LONGEST_RUN = 128;

/**
 * Finds where a run goes over a row's end though those before it did not: there bytes were changed. training/films/dicom_frame.py does the same.
 *
 * Of the rows before, only those tell that have a run that is not as long as it can be.
 */
class Rows {
  readonly #columns: number;
  readonly #pixels: number;
  #at = 0;
  #told = 0;
  #tells = false;

  constructor(columns: number, pixels: number) {
    this.#columns = columns;
    this.#pixels = pixels;
  }

  run(length: number): void {
    if (this.#at >= this.#pixels) return;
    const left = this.#columns - (this.#at % this.#columns);
    if (length > left && this.#told >= TELLING_ROWS) throw torn("a run goes over the end of a row");
    if (length !== LONGEST_RUN) this.#tells = true;
    if (length === left && this.#tells) this.#told += 1;
    if (length >= left) this.#tells = false;
    if (length > left) this.#told = 0;
    this.#at += length;
  }
}

/** Writes one plane to every `step`-th byte, from `offset` on. Returns how many bytes were left over. */
function unpack(packed: Uint8Array, result: Uint8Array, offset: number, step: number, columns: number): number {
  const rows = new Rows(columns, result.length / step);
  let to = offset;
  for (let from = 0; from < packed.length; ) {
    const length = packed[from]!;
    from += 1;
    // Writing behind the end of a typed array does nothing.
    if (length < 128) {
      const count = Math.min(length + 1, packed.length - from);
      for (let index = 0; index < count; index += 1, to += step) result[to] = packed[from + index]!;
      from += count;
      rows.run(count);
    } else if (length > 128 && from < packed.length) {
      for (let index = 0; index < 257 - length; index += 1, to += step) result[to] = packed[from]!;
      from += 1;
      rows.run(257 - length);
    }
  }
  if (to < result.length) throw new ReadingError("unreadable", "an RLE plane is cut short");
  return Math.floor((to - result.length) / step);
}

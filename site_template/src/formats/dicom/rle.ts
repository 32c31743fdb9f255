// RLE Lossless: byte planes, each packed by PackBits (DICOM PS3.5 annex G).

import { ReadingError } from "../../shared/reading.ts";

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
    const excess = unpack(data.subarray(from, to), result, offset, planes);
    if (excess >= columns) throw new ReadingError("unreadable", "an RLE plane has more pixels than the header says");
  }
  return result;
}

/** Writes one plane to every `step`-th byte, from `offset` on. Returns how many bytes were left over. */
function unpack(packed: Uint8Array, result: Uint8Array, offset: number, step: number): number {
  let to = offset;
  for (let from = 0; from < packed.length; ) {
    const length = packed[from]!;
    from += 1;
    // Writing behind the end of a typed array does nothing.
    if (length < 128) {
      const count = Math.min(length + 1, packed.length - from);
      for (let index = 0; index < count; index += 1, to += step) result[to] = packed[from + index]!;
      from += count;
    } else if (length > 128 && from < packed.length) {
      for (let index = 0; index < 257 - length; index += 1, to += step) result[to] = packed[from]!;
      from += 1;
    }
  }
  if (to < result.length) throw new ReadingError("unreadable", "an RLE plane is cut short");
  return Math.floor((to - result.length) / step);
}

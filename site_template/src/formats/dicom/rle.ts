// RLE Lossless: byte planes, each packed by PackBits (DICOM PS3.5 annex G).

import { ReadingError } from "../../shared/reading.ts";

/** Little-endian samples, the colours of a pixel side by side. */
export function decodeRle(data: Uint8Array, pixels: number, samples: number, bytesPerSample: number): Uint8Array {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const planes = samples * bytesPerSample;
  if (data.length < 64 || view.getUint32(0, true) !== planes) throw new ReadingError("unreadable", "the RLE header is wrong");
  const result = new Uint8Array(pixels * planes);
  for (let plane = 0; plane < planes; plane += 1) {
    const from = view.getUint32(4 + plane * 4, true);
    const to = plane + 1 < planes ? view.getUint32(8 + plane * 4, true) : data.length;
    // The planes of a sample begin with its most significant byte.
    const sample = Math.floor(plane / bytesPerSample);
    const offset = sample * bytesPerSample + (bytesPerSample - 1 - (plane % bytesPerSample));
    unpack(data.subarray(from, to), result, offset, planes);
  }
  return result;
}

/** Writes one plane to every `step`-th byte, from `offset` on. */
function unpack(packed: Uint8Array, result: Uint8Array, offset: number, step: number): void {
  let to = offset;
  for (let from = 0; from < packed.length && to < result.length; ) {
    const length = packed[from]!;
    from += 1;
    if (length < 128) {
      for (let index = 0; index <= length; index += 1, to += step) result[to] = packed[from + index]!;
      from += length + 1;
    } else if (length > 128) {
      for (let index = 0; index < 257 - length; index += 1, to += step) result[to] = packed[from]!;
      from += 1;
    }
  }
  if (to < result.length) throw new ReadingError("unreadable", "an RLE plane is cut short");
}

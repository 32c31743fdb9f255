// PNG: the browser's, but for 16-bit greys.

import { checkSize } from "../../image/size.ts";
import { ReadingError } from "../../shared/reading.ts";
import { stands, viewOf, type Format } from "../format.ts";
import { exifOf, takeBackIn } from "./exif.ts";

const LAST_CHUNK = 0x49454e44;

/** Kinds of colour without any: greys, and greys with transparency. */
const GREYS: readonly number[] = [0, 4];

/** 16 bits of grey, not interlaced. */
const isDeep = (head: Uint8Array): boolean => stands(head, [16, 0, 0, 0, 0], 24);

export const png: Format = {
  type: "image/png",
  endings: ["png"],
  opens: ["png"],
  begins: (head) => stands(head, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  deep: isDeep,
  grey: (head) => GREYS.includes(head[25]!),
  check(bytes) {
    const view = viewOf(bytes);
    let pixels = 0;
    if (view.byteLength >= 24) {
      if (!stands(bytes, "IHDR", 12)) throw new ReadingError("unreadable", "the PNG does not begin with its header");
      const [width, height] = [view.getUint32(16), view.getUint32(20)];
      pixels = checkSize(width, height);
    }
    // Chunks: length, type, data, checksum.
    for (let at = 8; at + 12 <= view.byteLength; at += view.getUint32(at) + 12) {
      if (view.getUint32(at + 4) === LAST_CHUNK) return pixels;
    }
    throw new ReadingError("unreadable", "the PNG file is cut short");
  },
  exif: exifOf,
  takeBack: takeBackIn,
};

// WebP: left to the browser.

import { checkSize } from "../../image/size.ts";
import { stands, viewOf, type Format } from "../format.ts";
import { exifOf } from "./chunks.ts";

export const webp: Format = {
  type: "image/webp",
  endings: ["webp"],
  opens: ["webp"],
  begins: (head) => stands(head, "RIFF") && stands(head, "WEBP", 8),
  check(bytes) {
    if (bytes.length < 30) return 0;
    const view = viewOf(bytes);
    if (stands(bytes, "VP8X", 12)) return checkSize(1 + uint24(view, 24), 1 + uint24(view, 27));
    if (stands(bytes, "VP8L", 12)) return checkSize(1 + (view.getUint32(21, true) & 0x3fff), 1 + ((view.getUint32(21, true) >> 14) & 0x3fff));
    if (stands(bytes, "VP8 ", 12)) return checkSize(view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff);
    return 0;
  },
  exif: exifOf,
};

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) + view.getUint8(at + 2) * 0x10000;
}

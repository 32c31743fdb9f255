// EXIF of a JPEG: in segments before its picture.

import { stands, viewOf } from "../format.ts";
import { EXIF_LETTERS, type Exif } from "../orientation.ts";

export function exifOf(bytes: Uint8Array): Exif {
  const found: Uint8Array[] = [];
  const view = viewOf(bytes);
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === 0xda || marker === 0xd9) break;
    const end = at + 2 + view.getUint16(at + 2);
    const segment = bytes.subarray(at + 4, end);
    if (marker === 0xe1 && end <= bytes.length && stands(segment, EXIF_LETTERS)) found.push(segment);
    at = end;
  }
  return found;
}

// EXIF of a PNG: the chunk eXIf.

import { viewOf } from "../format.ts";
import { takeBack, type Exif } from "../orientation.ts";
import { checksumOf, chunksOf } from "./chunks.ts";

export function exifOf(bytes: Uint8Array): Exif {
  return Array.from(chunksOf(bytes)).filter(({ type }) => type === "eXIf").map(({ data }) => data);
}

/** Takes the orientation back, and mends the checksum. */
export function takeBackIn(bytes: Uint8Array): void {
  takeBack(exifOf(bytes));
  for (const chunk of chunksOf(bytes)) {
    if (chunk.type === "eXIf") viewOf(bytes).setUint32(chunk.at + 8 + chunk.data.length, checksumOf(bytes, chunk));
  }
}

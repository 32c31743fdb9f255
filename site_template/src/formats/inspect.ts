// Looks at an encoded picture's own structure before it is decoded: what it is, how large, and whether it is all there.
//
// Browsers paint the top of a truncated film without a warning and decode a gigapixel file until the tab dies.

import { ReadingError } from "../shared/reading.ts";
import { formatOf } from "./known.ts";

/** Who decodes a picture: the browser itself, or the formats worker. */
export type Decoder = "browser" | "formats";

export interface Inspected {
  readonly decoder: Decoder;
  /** As its header says; 0 where that is not known. */
  readonly pixels: number;
}

/**
 * Returns who decodes the bytes of a file, and how large its picture is.
 *
 * Throws a ReadingError for bytes that must not be decoded: `empty`, `not-an-image`, `archive`, `unreadable` (cut short) or
 * `too-large`.
 */
export function inspect(bytes: Uint8Array): Inspected {
  if (bytes.length === 0) throw new ReadingError("empty");
  const format = formatOf(bytes);
  if (format === undefined) throw new ReadingError("not-an-image");
  const pixels = format.check?.(bytes) ?? 0;
  return { decoder: format.deep?.(bytes) ? "formats" : "browser", pixels };
}

// Looks at an encoded picture's own structure before it is decoded: what it is, how large, and whether it is all there.
//
// Browsers paint the top of a truncated film without a warning and decode a gigapixel file until the tab dies.

import { ReadingError } from "../shared/reading.ts";
import { formatOf } from "./known.ts";

/** Who decodes a picture: the browser itself, or the formats worker. */
export type Decoder = "browser" | "formats";

/**
 * Returns who decodes the bytes of a file.
 *
 * Throws a ReadingError for bytes that must not be decoded: `empty`, `not-an-image`, `archive`, `unreadable` (cut short) or
 * `too-large`.
 */
export function inspect(bytes: Uint8Array): Decoder {
  if (bytes.length === 0) throw new ReadingError("empty");
  const format = formatOf(bytes);
  if (format === undefined) throw new ReadingError("not-an-image");
  format.check?.(bytes);
  return format.deep?.(bytes) ? "formats" : "browser";
}

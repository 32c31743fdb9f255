// Looks at an encoded picture's own structure before it is decoded: what it is, how large, and whether it is all there.
//
// Browsers paint the top of a truncated film without a warning and decode a gigapixel file until the tab dies.

import { ReadingError } from "../shared/reading.ts";
import type { Unit } from "./jpeg/seam.ts";
import { formatOf } from "./known.ts";
import { torn } from "./torn.ts";

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

/**
 * Throws a ReadingError, `damaged`, where a part of the picture is missing or was changed. For bytes that `inspect` lets through.
 *
 * Returns the units along which the decoded picture, as it is stored, is to be looked at (`checkSeam`); null where it need not be.
 */
export async function checkWhole(bytes: Uint8Array): Promise<Unit | null> {
  try {
    return (await formatOf(bytes)?.checkWhole?.(bytes)) ?? null;
  } catch (error) {
    // Numbers in the file that lead behind its end.
    throw error instanceof RangeError ? torn(error.message) : error;
  }
}

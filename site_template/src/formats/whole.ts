// Whether a part of a picture is missing or was changed, though a browser would show it. The page needs `known.ts` alone, and none of this.

import { checkRows as checkRowsOfBmp } from "./bmp/whole.ts";
import { checkPicture as checkGif } from "./gif/whole.ts";
import type { Unit } from "./jpeg/seam.ts";
import { isLossless } from "./jpeg/meta.ts";
import { walk, walkAndPaint, type Painted } from "./jpeg/walk.ts";
import { formatOf } from "./known.ts";
import { checkChunks, checkRows as checkRowsOfPng } from "./png/whole.ts";
import { isOutOfMemory, ReadingError } from "../shared/reading.ts";
import { torn } from "./torn.ts";
import { checkParts as checkTiff } from "./tiff/whole.ts";
import { checkPicture as checkWebp } from "./webp/whole.ts";

/** By media type. Each throws a ReadingError, `damaged`; a unit is one that the picture is made of, where it may have a seam along them (jpeg/seam.ts). */
const CHECKS: Readonly<Record<string, (bytes: Uint8Array) => Unit | null | void | Promise<void>>> = {
  "image/jpeg": (bytes) => {
    if (isLossless(bytes)) throw new ReadingError("unreadable", "a lossless JPEG, which browsers do not open");
    return walk(bytes);
  },
  "image/webp": checkWebp,
  "image/bmp": checkRowsOfBmp,
  "image/gif": checkGif,
  "image/tiff": checkTiff,
  "image/png": async (bytes) => {
    checkChunks(bytes);
    await checkRowsOfPng(bytes);
  },
};

/**
 * Throws a ReadingError, `damaged`, where a part of the picture is missing or was changed. For bytes that `inspect` lets through.
 *
 * Returns the units along which the decoded picture, as it is stored, is to be looked at (`checkSeam`); null where it need not be.
 */
export async function checkWhole(bytes: Uint8Array): Promise<Unit | null> {
  try {
    return (await CHECKS[formatOf(bytes)?.type ?? ""]?.(bytes)) ?? null;
  } catch (error) {
    throw asTorn(error);
  }
}

/** The same for a JPEG, and its picture where that is grey; null where it is not, or may not be. */
export function paintWhole(jpeg: Uint8Array): Painted | null {
  try {
    return walkAndPaint(jpeg);
  } catch (error) {
    throw asTorn(error);
  }
}

/** Numbers in the file that lead behind its end; memory that there is not for a picture says nothing of it. */
function asTorn(error: unknown): unknown {
  return error instanceof RangeError && !isOutOfMemory(error) ? torn(error.message) : error;
}

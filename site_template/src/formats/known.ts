// Every format that is known: a folder beside this file each.

import { avif } from "./avif/meta.ts";
import { bmp } from "./bmp/meta.ts";
import { dicom } from "./dicom/meta.ts";
import type { Format } from "./format.ts";
import { gif } from "./gif/meta.ts";
import { jpeg } from "./jpeg/meta.ts";
import { png } from "./png/meta.ts";
import { tiff } from "./tiff/meta.ts";
import { webp } from "./webp/meta.ts";
import { zip } from "./zip/meta.ts";

/** DICOM first, because the 128 bytes before its signature may be another picture's beginning. */
export const FORMATS: readonly Format[] = [dicom, jpeg, png, tiff, webp, bmp, gif, avif, zip];

/** By a file's first HEAD_BYTES, or all of it. */
export function formatOf(head: Uint8Array): Format | undefined {
  return FORMATS.find(({ begins }) => begins(head));
}

/** Whether the formats worker opens a file that begins so: its pictures may hold more than 256 greys, or browsers cannot show them. */
export function isDeep(head: Uint8Array): boolean {
  return formatOf(head)?.deep?.(head) ?? false;
}

// Every format that is known: a folder beside this file each.

import { avif } from "./avif/meta.ts";
import { bmp } from "./bmp/meta.ts";
import { dicom } from "./dicom/meta.ts";
import type { Format } from "./format.ts";
import { gif } from "./gif/meta.ts";
import { jpeg } from "./jpeg/meta.ts";
import { orientationOf, takeBack, turns } from "./orientation.ts";
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

export interface Stored {
  /** Those of the picture as it is stored: its EXIF says so. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** 1–8, by which it is to be turned; null where whoever decodes the file sees to that. */
  readonly orientation: number | null;
}

/** For a decoder that may turn a picture by its EXIF, or may not. */
export function asStored(bytes: Uint8Array<ArrayBuffer>): Stored {
  const format = formatOf(bytes);
  const exif = format?.exif?.(bytes);
  if (exif === undefined) return { bytes, orientation: null };
  const orientation = orientationOf(exif);
  if (!turns(exif)) return { bytes, orientation };
  const stored = bytes.slice();
  if (format!.takeBack) format!.takeBack(stored);
  else takeBack(format!.exif!(stored));
  return { bytes: stored, orientation };
}

/** Whether every browser shows a picture as it is to be read: they know the EXIF of a JPEG, and nothing else alike. */
export function isShownAsRead(bytes: Uint8Array): boolean {
  const format = formatOf(bytes);
  const exif = format?.exif?.(bytes);
  if (exif === undefined) return true;
  return format === jpeg || !turns(exif);
}

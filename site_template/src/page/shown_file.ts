// A film's file as a browser shows it, and whether that is as it is read.

import { HEAD_BYTES } from "../formats/format.ts";
import { jpeg } from "../formats/jpeg/meta.ts";
import { ReadingError } from "../shared/reading.ts";
import { formatOf, isShownAsRead } from "../formats/known.ts";
import { beginning } from "./formats_worker.ts";

/** Of a file's beginning, in which most say how large their picture is. */
const BEGINNING = 1 << 16;

/** Whether a file says of its picture that it is larger than is read here: a browser that is to show it would take the memory for it. */
export async function isTooLarge(file: Blob): Promise<boolean> {
  try {
    const head = await beginning(file, BEGINNING);
    if (head !== null) formatOf(head)?.check?.(head);
    return false;
  } catch (error) {
    return error instanceof ReadingError && error.reason === "too-large";
  }
}

/** The bytes of a file that the browser shows otherwise than it is read; null where it shows it as it is read, or not at all. */
export async function notAsRead(file: Blob): Promise<Uint8Array<ArrayBuffer> | null> {
  const format = formatOf((await beginning(file, HEAD_BYTES)) ?? new Uint8Array());
  if (format?.exif === undefined || format === jpeg) return null;
  const bytes = new Uint8Array(await file.arrayBuffer());
  return isShownAsRead(bytes) ? null : bytes;
}

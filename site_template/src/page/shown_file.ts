// A film's file as a browser is to show it: turned as it is read.

import { toBitmap } from "../image/bitmap.ts";
import { HEAD_BYTES } from "../formats/format.ts";
import { ReadingError } from "../shared/reading.ts";
import { asStored, formatOf, isShownAsRead } from "../formats/known.ts";

/** By orientation, of a picture of width w and height h: a canvas's transform. */
const TRANSFORMS: Readonly<Record<number, (w: number, h: number) => DOMMatrix2DInit>> = {
  2: (w) => ({ a: -1, b: 0, c: 0, d: 1, e: w, f: 0 }),
  3: (w, h) => ({ a: -1, b: 0, c: 0, d: -1, e: w, f: h }),
  4: (_, h) => ({ a: 1, b: 0, c: 0, d: -1, e: 0, f: h }),
  5: () => ({ a: 0, b: 1, c: 1, d: 0, e: 0, f: 0 }),
  6: (_, h) => ({ a: 0, b: 1, c: -1, d: 0, e: h, f: 0 }),
  7: (w, h) => ({ a: 0, b: -1, c: -1, d: 0, e: h, f: w }),
  8: (w) => ({ a: 0, b: -1, c: 1, d: 0, e: 0, f: w }),
};

/** Of a file's beginning, in which most say how large their picture is. */
const BEGINNING = 1 << 16;

/** Whether a file says of its picture that it is larger than is read here: a browser that is to show it would take the memory for it. */
export async function isTooLarge(file: Blob): Promise<boolean> {
  try {
    const head = new Uint8Array(await file.slice(0, BEGINNING).arrayBuffer());
    formatOf(head)?.check?.(head);
    return false;
  } catch (error) {
    return error instanceof ReadingError && error.reason === "too-large";
  }
}

/** The picture turned; null where the browser shows the file itself as it is read, or not at all. */
export async function turnedPicture(file: Blob): Promise<Blob | null> {
  const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  if (formatOf(head)?.exif === undefined) return null;
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (isShownAsRead(bytes)) return null;
  const stored = asStored(bytes);
  const bitmap = await toBitmap(stored.bytes);
  const { width, height } = bitmap;
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = stored.orientation! >= 5 ? [height, width] : [width, height];
  const context = canvas.getContext("2d")!;
  const transform = TRANSFORMS[stored.orientation!]?.(width, height);
  if (transform !== undefined) context.setTransform(transform);
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

// A film's file as a browser is to show it: turned as it is read.

import { toBitmap } from "../image/bitmap.ts";
import { HEAD_BYTES } from "../formats/format.ts";
import { ReadingError } from "../shared/reading.ts";
import { asStored, formatOf, isShownAsRead } from "../formats/known.ts";

/** By orientation, the first four of a canvas's transform; the last two bring what lies before its corner back. */
const TRANSFORMS: Readonly<Record<number, readonly [number, number, number, number]>> = {
  2: [-1, 0, 0, 1], 3: [-1, 0, 0, -1], 4: [1, 0, 0, -1], 5: [0, 1, 1, 0], 6: [0, 1, -1, 0], 7: [0, -1, -1, 0], 8: [0, -1, 1, 0],
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
  const [a, b, c, d] = TRANSFORMS[stored.orientation!] ?? [1, 0, 0, 1];
  context.setTransform(a, b, c, d, a + c < 0 ? canvas.width : 0, b + d < 0 ? canvas.height : 0);
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

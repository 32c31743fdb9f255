// A film's file as a browser is to show it: turned as it is read.

import { asStored } from "../formats/known.ts";
import { toBitmap } from "../image/bitmap.ts";
import { notAsRead } from "./shown_file.ts";

/** By orientation, the first four of a canvas's transform; the last two bring what lies before its corner back. */
const TRANSFORMS: Readonly<Record<number, readonly [number, number, number, number]>> = {
  2: [-1, 0, 0, 1], 3: [-1, 0, 0, -1], 4: [1, 0, 0, -1], 5: [0, 1, 1, 0], 6: [0, 1, -1, 0], 7: [0, -1, -1, 0], 8: [0, -1, 1, 0],
};

/** The picture turned; null where the browser shows the file itself as it is read, or not at all. */
export async function turnedFile(file: Blob): Promise<Blob | null> {
  const bytes = await notAsRead(file);
  return bytes === null ? null : turnedPicture(bytes);
}

/** The same of the bytes of one that it does not. */
export async function turnedPicture(bytes: Uint8Array<ArrayBuffer>): Promise<Blob | null> {
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

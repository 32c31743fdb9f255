// A picture as it was before it was turned, for people to see; image/likeness.ts does the same to what is read.

import type { Turn } from "../shared/film.ts";

/** A canvas's transform for a picture of width w and height h. */
const TRANSFORMS: Readonly<Record<Turn, (w: number, h: number) => DOMMatrix2DInit>> = {
  "inverted": () => ({}),
  "upside-down": (w, h) => ({ a: -1, b: 0, c: 0, d: -1, e: w, f: h }),
  "clockwise": (w) => ({ a: 0, b: -1, c: 1, d: 0, e: 0, f: w }),
  "anticlockwise": (_, h) => ({ a: 0, b: 1, c: -1, d: 0, e: h, f: 0 }),
};

/** Null where the browser gives no picture. */
export async function turnedBack(picture: Blob | HTMLImageElement, turn: Turn): Promise<Blob | null> {
  const source = picture instanceof Blob ? await createImageBitmap(picture) : picture;
  const [width, height] = source instanceof HTMLImageElement ? [source.naturalWidth, source.naturalHeight] : [source.width, source.height];
  const swaps = turn === "clockwise" || turn === "anticlockwise";
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = swaps ? [height, width] : [width, height];
  const context = canvas.getContext("2d");
  if (context === null) return null;
  context.setTransform(TRANSFORMS[turn](width, height));
  context.drawImage(source, 0, 0);
  if (turn === "inverted") {
    context.globalCompositeOperation = "difference"; // from white
    context.fillStyle = "white";
    context.fillRect(0, 0, width, height);
  }
  if (source instanceof ImageBitmap) source.close();
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

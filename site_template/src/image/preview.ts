// A film as a picture that the page can show, where the browser cannot show the file itself.

import type { Grey } from "../shared/film.ts";

/** More than some phones have on a canvas: larger films are shown by every second, third … pixel. */
const LARGEST_CANVAS = 1 << 24;

export function preview({ width, height, levels }: Grey): Promise<Blob> {
  const step = Math.ceil(Math.sqrt((width * height) / LARGEST_CANVAS));
  const canvas = new OffscreenCanvas(Math.ceil(width / step), Math.ceil(height / step));
  const context = canvas.getContext("2d", { alpha: false })!;
  const image = context.createImageData(canvas.width, canvas.height);
  const pixels = new Uint32Array(image.data.buffer);
  for (let y = 0, to = 0; y < height; y += step) {
    // Opaque grey: the same in either byte order but for the alpha, which the canvas has none of.
    for (let x = 0; x < width; x += step, to += 1) pixels[to] = 0xff000000 | (levels[y * width + x]! * 0x010101);
  }
  context.putImageData(image, 0, 0);
  // Without loss: a narrow window would show what JPEG leaves out.
  return canvas.convertToBlob({ type: "image/png" });
}

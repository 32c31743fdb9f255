// A film as a picture that the page can show, where the browser cannot show the file itself.

import type { Colourful } from "../shared/film.ts";

/** More than some phones have on a canvas: larger films are shown by every second, third … pixel. */
const LARGEST_CANVAS = 1 << 24;

/** Without loss, unless it is said otherwise: a narrow window would show what JPEG leaves out. */
export function preview({ width, height, levels, planes }: Colourful, how: ImageEncodeOptions = { type: "image/png" }): Promise<Blob> {
  const step = Math.ceil(Math.sqrt((width * height) / LARGEST_CANVAS));
  const canvas = new OffscreenCanvas(Math.ceil(width / step), Math.ceil(height / step));
  const context = canvas.getContext("2d", { alpha: false })!;
  const image = context.createImageData(canvas.width, canvas.height);
  const shown = image.data; // its alpha is the canvas's, which has none
  const [red, green, blue] = planes ?? [levels, levels, levels];
  for (let y = 0, to = 0; y < height; y += step) {
    for (let x = 0; x < width; x += step, to += 4) {
      const from = y * width + x;
      shown[to] = red[from]!;
      shown[to + 1] = green[from]!;
      shown[to + 2] = blue[from]!;
      shown[to + 3] = 255;
    }
  }
  context.putImageData(image, 0, 0);
  return canvas.convertToBlob(how);
}

// Draws a heat map over its film: one hue, the more opaque the more it speaks for the positive class (--heat-opacity at most).

import type { HeatMap } from "../shared/protocol.ts";
import type { Site } from "../shared/site.ts";

const HUE = [255, 138, 36] as const;

/**
 * Paints the map at its own size and lays the canvas over the part of the film that the network saw; the browser's
 * smooth enlarging does the rest.
 */
export function drawHeatMap(
  canvas: HTMLCanvasElement, map: HeatMap, film: { width: number | null; height: number | null }, view: Site["view"],
): void {
  canvas.width = map.width;
  canvas.height = map.height;
  const context = canvas.getContext("2d")!;
  const image = context.createImageData(map.width, map.height);
  map.values.forEach((value, index) => {
    image.data.set([...HUE, 255 * Math.min(1, Math.max(0, value))], index * 4);
  });
  context.putImageData(image, 0, 0);
  const { width, height } = { width: film.width ?? 1, height: film.height ?? 1 };
  const seenWidth = view === "square" ? Math.min(width, height) / width : 1;
  const seenHeight = view === "square" ? Math.min(width, height) / height : 1;
  canvas.style.width = `${seenWidth * 100}%`;
  canvas.style.height = `${seenHeight * 100}%`;
  canvas.style.left = `${((1 - seenWidth) / 2) * 100}%`;
  canvas.style.top = `${((1 - seenHeight) / 2) * 100}%`;
}

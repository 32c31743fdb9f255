// Draws a heat map over its film: one hue, the more opaque the stronger the evidence (heat_scale.ts; --heat-opacity at most).

import type { HeatMap } from "../shared/protocol.ts";
import type { Model } from "../shared/site.ts";

const HUE = [255, 138, 36] as const;
/** Painted so many times as large as the map: paper, unlike a screen, would show a small canvas in squares. Odd, so that middles fall on pixels. */
const ENLARGED = 15;

/** Paints the map, smoothly enlarged, and lays the canvas over the part of the film that the network saw. */
export function drawHeatMap(
  canvas: HTMLCanvasElement, map: HeatMap, strength: number, film: { width: number | null; height: number | null }, view: Model["view"],
): void {
  const image = new ImageData(map.width, map.height);
  map.values.forEach((value, index) => {
    image.data.set([...HUE, 255 * Math.min(1, Math.max(0, value * strength))], index * 4);
  });
  const small = document.createElement("canvas");
  [small.width, small.height] = [map.width, map.height];
  small.getContext("2d")!.putImageData(image, 0, 0);
  [canvas.width, canvas.height] = [map.width * ENLARGED, map.height * ENLARGED];
  canvas.getContext("2d")!.drawImage(small, 0, 0, canvas.width, canvas.height);
  const { width, height } = { width: film.width ?? 1, height: film.height ?? 1 };
  const seenWidth = view === "square" ? Math.min(width, height) / width : 1;
  const seenHeight = view === "square" ? Math.min(width, height) / height : 1;
  canvas.style.width = `${seenWidth * 100}%`;
  canvas.style.height = `${seenHeight * 100}%`;
  canvas.style.left = `${((1 - seenWidth) / 2) * 100}%`;
  canvas.style.top = `${((1 - seenHeight) / 2) * 100}%`;
}

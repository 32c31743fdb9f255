// Draws a heat map over its film: one hue, the more opaque the stronger the evidence (heat_scale.ts; --heat-opacity at most).

import type { Decided } from "../shared/decide.ts";
import type { HeatMap } from "../shared/protocol.ts";
import type { Model } from "../shared/site.ts";
import { heatOf, type Heat } from "./heat_scale.ts";
import type { Words } from "./words.ts";

const HUE = [255, 138, 36] as const;
/** Painted so many times as large as the map: paper, unlike a screen, would show a small canvas in squares. Odd, so that middles fall on pixels. */
const ENLARGED = 15;

/** What a map is drawn by. */
export interface HeatOf {
  readonly reading: Decided;
  /** The class that is looked for; null where the likeliest of several is read. */
  readonly sought: string | null;
  readonly view: Model["view"];
}

/** Draws it, and gives what is to be said of it. */
export function drawHeat(canvas: HTMLCanvasElement, map: HeatMap, { reading, sought, view }: HeatOf, words: Words): string {
  const heat = heatOf(map, reading, sought);
  drawHeatMap(canvas, map, heat.strength, reading, view);
  return sentencesOf(heat, words.labelOf(map.class_name), words).join(" ");
}

function sentencesOf({ times, isFaint, isAtBorder }: Heat, label: string, words: Words): string[] {
  const scale = times === null ? words.text("heat-of-film", { label }) : words.text("heat-of-all", { label, count: words.number(times, times < 10 ? 1 : 0) });
  return [scale, ...(isFaint ? [words.text("heat-faint")] : []), ...(isAtBorder ? [words.text("heat-at-border")] : [])];
}

/** Paints the map, smoothly enlarged, and lays the canvas over the part of the film that the network saw. */
function drawHeatMap(
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

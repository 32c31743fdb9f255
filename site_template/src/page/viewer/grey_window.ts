// Which grey levels a film is shown between: window width and level, and black for white. Works on the 8 bits that are shown.

import { between } from "./geometry.ts";

/** Levels below `level - width / 2` are black, above `level + width / 2` white. */
export interface GreyWindow {
  readonly width: number;
  readonly level: number;
  readonly inverted: boolean;
}

/** The film as it is. */
export const WHOLE: GreyWindow = { width: 255, level: 127.5, inverted: false };
export const WIDEST = 510;
const NARROWEST = 2;

export function changed(window: GreyWindow, by: { readonly width: number; readonly level: number }): GreyWindow {
  return {
    ...window,
    width: between(NARROWEST, window.width + by.width, WIDEST),
    level: between(0, window.level + by.level, 255),
  };
}

/** Shown level = slope · level + intercept, both levels 0–1, clipped. */
export function rampOf({ width, level, inverted }: GreyWindow): { readonly slope: number; readonly intercept: number } {
  const slope = 255 / width;
  const intercept = 0.5 - level / width;
  return inverted ? { slope: -slope, intercept: 1 - intercept } : { slope, intercept };
}

/** Shows an image through its window by an SVG filter, which is exact on 8 bits; without one where it would change nothing. */
export function showThrough(window: GreyWindow, image: HTMLElement, filter: SVGFilterElement): void {
  const { slope, intercept } = rampOf(window);
  for (const channel of filter.querySelectorAll("[type=linear]")) {
    channel.setAttribute("slope", String(slope));
    channel.setAttribute("intercept", String(intercept));
  }
  image.style.filter = slope === 1 && intercept === 0 ? "" : `url(#${filter.id})`;
}

// The grey window of a film in the viewer: how far it goes, and a picture of 8 bits shown through it.

import { rampOf, type GreyWindow } from "../../shared/grey_window.ts";
import { between } from "./geometry.ts";
import type { Limits } from "./presets.ts";

/** The film as it is. */
export const WHOLE: GreyWindow = { width: 255, level: 127.5, inverted: false };
export const NARROWEST = 2;

/** Within `limits`, to twice as wide. */
export function changed(window: GreyWindow, by: { readonly width: number; readonly level: number }, { lowest, highest }: Limits): GreyWindow {
  return {
    ...window,
    width: between(NARROWEST, window.width + by.width, 2 * (highest - lowest)),
    level: between(lowest, window.level + by.level, highest),
  };
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

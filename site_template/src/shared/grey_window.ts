// Which grey levels a film is shown between: window width and level, and black for white.

/** Levels below `level - width / 2` are black, above `level + width / 2` white; both of the film as it comes, 0–255. */
export interface GreyWindow {
  readonly width: number;
  readonly level: number;
  readonly inverted: boolean;
}

/** Shown level = slope · level + intercept, both levels 0–1, clipped. */
export function rampOf({ width, level, inverted }: GreyWindow): { readonly slope: number; readonly intercept: number } {
  const slope = 255 / width;
  const intercept = 0.5 - level / width;
  return inverted ? { slope: -slope, intercept: 1 - intercept } : { slope, intercept };
}

/** What becomes of levels 0–255 in a window; they may lie between whole ones, and beyond black and white. */
export function shownThrough(window: GreyWindow): (level: number) => number {
  const { slope, intercept } = rampOf(window);
  return (level) => Math.floor(Math.min(255, Math.max(0, slope * level + intercept * 255)) + 0.5);
}

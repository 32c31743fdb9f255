// Which grey levels a film is shown between: window width and level, and black for white.

/** Levels below `level - width / 2` are black, above `level + width / 2` white; both of the film as it comes, 0–255. */
export interface GreyWindow {
  readonly width: number;
  readonly level: number;
  readonly inverted: boolean;
}

/** What levels 0–255 are in the values of a film's own file: those that a DICOM header rescales to, or those of 16 bits. */
export interface Scale {
  /** The value of level 0. */
  readonly at0: number;
  /** Below zero where the file's greatest values are black. */
  readonly perLevel: number;
  /** The least and the greatest value in the file. */
  readonly low: number;
  readonly high: number;
  /** Values of files with the same one mean the same; empty where that is not known. */
  readonly unit: string;
  /** Those of the file, in its values; its first one is what levels 0–255 are. */
  readonly windows: readonly { readonly name: string; readonly level: number; readonly width: number }[];
}

/** Of a film of 8 bits: its levels are its values. */
export const GREY_LEVELS: Scale = { at0: 0, perLevel: 1, low: 0, high: 255, unit: "8 bits", windows: [] };

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

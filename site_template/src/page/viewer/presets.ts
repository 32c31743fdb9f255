// The grey windows that a film is offered: its file's own, and shares of it that show the lungs, the bones, or everything.

import type { GreyWindow, Scale } from "../../shared/grey_window.ts";
import { WHOLE } from "./grey_window.ts";

export interface Preset {
  /** The key of its words, or what the file calls it. */
  readonly name: string;
  readonly isKey: boolean;
  readonly window: Omit<GreyWindow, "inverted">;
}

/** In levels of the file's own window: of its darker and its brighter part. */
const LUNG = { width: 170, level: 85 };
const BONE = { width: 153, level: 178.5 };

/** In levels. */
export function presetsOf({ at0, perLevel, low, high, windows }: Scale): Preset[] {
  const levelsOf = (level: number, width: number): Preset["window"] => ({ width: width / Math.abs(perLevel), level: (level - at0) / perLevel });
  const key = (name: string, window: Preset["window"]): Preset => ({ name, isKey: true, window });
  const full = levelsOf((low + high) / 2, high - low);
  const isAll = Math.abs(full.width - WHOLE.width) < 1 && Math.abs(full.level - WHOLE.level) < 1;
  return [
    key("window-own", { width: WHOLE.width, level: WHOLE.level }),
    ...windows.slice(1).map(({ name, level, width }, index): Preset => ({ name: name || `${index + 2}`, isKey: false, window: levelsOf(level, width) })),
    key("window-lung", LUNG),
    key("window-bone", BONE),
    ...(isAll || full.width < 1 ? [] : [key("window-full", full)]),
  ];
}

/** One film's window for the others. */
export interface ForOthers {
  /** In levels of its own window. */
  readonly window: GreyWindow;
  /** Whose preset it is, by its key: each film has its own. */
  readonly preset: string | null;
  /** Null where values of other files mean something else. */
  readonly scale: Scale | null;
}

export function forOthers(window: GreyWindow, scale: Scale): ForOthers {
  const isIt = ({ width, level }: Preset["window"]): boolean => Math.abs(width - window.width) < 0.5 && Math.abs(level - window.level) < 0.5;
  const preset = presetsOf(scale).find((one) => one.isKey && isIt(one.window))?.name ?? null;
  return { window, preset, scale: preset !== null || scale.unit === "" ? null : scale };
}

/** The same for a film of another scale; `isPart` where it cannot be the same values, and is the same part of the film's own window. */
export function seenAs({ window, preset, scale: from }: ForOthers, to: Scale | null): { readonly window: GreyWindow; readonly isPart: boolean } {
  if (preset !== null) return { window: { ...window, ...(to === null ? undefined : presetsOf(to).find(({ name, isKey }) => isKey && name === preset) ?? { window: WHOLE })?.window, inverted: window.inverted }, isPart: false };
  if (from === null) return { window, isPart: false };
  if (from.unit !== to?.unit) return { window, isPart: true };
  const level = (from.at0 + window.level * from.perLevel - to.at0) / to.perLevel;
  return { window: { ...window, width: window.width * Math.abs(from.perLevel / to.perLevel), level }, isPart: false };
}

/** How far a window goes: over all that is in the file, and over its own window. */
export interface Limits {
  readonly lowest: number;
  readonly highest: number;
}

export function limitsOf({ at0, perLevel, low, high }: Scale): Limits {
  const ends = [(low - at0) / perLevel, (high - at0) / perLevel];
  return { lowest: Math.min(0, ...ends), highest: Math.max(255, ...ends) };
}

/** A number of the file's values as it is said: whole ones, but for values that are fractions. */
export function rounded(value: number, perLevel: number): number {
  const digits = Math.abs(perLevel) < 0.1 ? 100 : 1;
  return Math.round(value * digits) / digits;
}

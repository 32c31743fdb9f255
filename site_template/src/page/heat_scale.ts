// How strongly a heat map is drawn: on a scale that is the same for every film, and fading where the score lies below the threshold.

import type { Verdict } from "../shared/decide.ts";
import type { HeatMap } from "../shared/protocol.ts";

/** What is drawn more faintly than this is hardly seen. */
const FAINT = 0.15;

export interface Heat {
  /** What the map's values are multiplied with to be opacities, which end at 1. */
  readonly strength: number;
  /** Whether hardly anything is to be seen, because the score lies below the threshold. */
  readonly isFaint: boolean;
  /** Whether the strongest evidence lies at the border of what was looked at; never where there is none to be seen. */
  readonly isAtBorder: boolean;
  /** What a place in full colour multiplies the odds with, at least; null where full colour is each film's own strongest place. */
  readonly times: number | null;
}

type Read = Pick<Verdict, "label" | "probability" | "threshold" | "operating_point"> & {
  readonly by_population: readonly Pick<Verdict, "probability" | "threshold">[];
};

/** `sought` is the class that is looked for, null where the likeliest of several is read. */
export function heatOf(map: HeatMap, reading: Read, sought: string | null): Heat {
  const { units, values } = map;
  const peak = Math.max(...values);
  const fade = map.class_name === sought ? fadeOf(reading) : 1;
  const strength = fade * (units === null ? 1 : units.peak / units.full);
  const isSeen = peak * strength >= FAINT;
  return {
    strength,
    isFaint: fade < 1 && !isSeen,
    isAtBorder: isSeen && isAtBorder(map, peak),
    times: units === null ? null : Math.exp(units.full),
  };
}

/** The score as a part of the threshold, 1 above it; of several populations, the one whose score comes nearest. */
function fadeOf(reading: Read): number {
  const verdicts = reading.by_population.length > 0 ? reading.by_population : [reading];
  return Math.min(1, Math.max(...verdicts.map(({ probability, threshold }) => (threshold > 0 ? (probability ?? 0) / threshold : 1))));
}

function isAtBorder({ values, height, width }: HeatMap, peak: number): boolean {
  if (Math.min(height, width) < 3) return false;
  const at = values.indexOf(peak);
  const [row, column] = [Math.floor(at / width), at % width];
  return row === 0 || column === 0 || row === height - 1 || column === width - 1;
}

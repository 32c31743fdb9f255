// Percentile intervals by resampling whole patients, whose films are alike (Efron and Tibshirani 1993, ch. 8), or films.

import { Random } from "./random.ts";
import type { Options } from "./types.ts";

/** What is drawn: patients, or films where none is known. */
export interface Units {
  readonly count: number;
  /** Of every row. */
  readonly of: Int32Array;
  /** Whether some unit has several rows. */
  readonly clustered: boolean;
  /** Whether every row's patient is known. */
  readonly patients: boolean;
}

/** A figure of a resample, in which each unit counts as often as it was drawn; NaN where it is not defined. */
export type Statistic = (drawn: Int32Array) => number;

export type Interval = { readonly low: number | null; readonly high: number | null };
export const UNKNOWN: Interval = { low: null, high: null };

/** Units in the order in which they first appear; a row without a patient is a unit of its own. */
export function unitsOf(patients: readonly (string | undefined)[]): Units {
  const known = new Map<string, number>();
  let count = 0;
  const of = Int32Array.from(patients, (patient) => {
    if (patient === undefined || patient === "") return count++;
    const before = known.get(patient);
    if (before !== undefined) return before;
    known.set(patient, count);
    return count++;
  });
  return { count, of, clustered: count < patients.length, patients: patients.length > 0 && patients.every((patient) => patient !== undefined && patient !== "") };
}

/** Calls for every resample with how often each unit was drawn; the array is the same every time. */
export function resample(units: Units, { resamples, seed }: Pick<Options, "resamples" | "seed">, visit: Statistic | ((drawn: Int32Array) => void)): void {
  const random = new Random(seed);
  const drawn = new Int32Array(units.count);
  for (let round = 0; round < resamples && units.count > 0; round += 1) {
    drawn.fill(0);
    for (let draw = 0; draw < units.count; draw += 1) drawn[random.below(units.count)]! += 1;
    visit(drawn);
  }
}

/**
 * The 2.5th and 97.5th percentile of each figure, all by the same resamples. Those in which a figure is not defined do not count;
 * where fewer than half of them are left, its interval is not known.
 */
export function intervals(units: Units, options: Pick<Options, "resamples" | "seed">, statistics: readonly Statistic[]): Interval[] {
  const values = statistics.map(() => new Float64Array(options.resamples));
  const counts = statistics.map(() => 0);
  if (statistics.length === 0) return [];
  resample(units, options, (drawn) => {
    statistics.forEach((statistic, index) => {
      const value = statistic(drawn);
      if (!Number.isNaN(value)) values[index]![counts[index]!++] = value;
    });
  });
  return values.map((all, index) => {
    const counted = counts[index]!;
    if (counted === 0 || counted < options.resamples / 2) return UNKNOWN;
    const sorted = all.subarray(0, counted).sort();
    return { low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) };
  });
}

/** By linear interpolation between the two neighbours, of ascending values. */
export function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
  return below + (above - below) * (place - Math.floor(place));
}

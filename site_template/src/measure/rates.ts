// Shares of films with their intervals: Wilson's by films, or by resampled patients where some have several.

import { wilson } from "../charts/curves.ts";
import { predictiveValues } from "../shared/predictive.ts";
import type { Share } from "../shared/site.ts";
import { intervals, UNKNOWN, type Statistic, type Units } from "./bootstrap.ts";
import type { Estimate, Method, Options } from "./types.ts";

/** Of which rows a rate is, and which of those are hits. */
export interface Rate {
  readonly of: (row: number) => boolean;
  readonly hit: (row: number) => boolean;
}

export const UNDEFINED: Estimate = { value: null, low: null, high: null, n: 0, method: null };

interface Counted {
  readonly hits: Int32Array;
  readonly films: Int32Array;
}

/**
 * A share of 0 or 1 is one in every resample, which says nothing of how sure it is: there Wilson's formula counts each patient with
 * such a film once.
 */
export function ratesOf(units: Units, options: Pick<Options, "resamples" | "seed">, rates: readonly Rate[]): Estimate[] {
  const counted = rates.map((rate) => countedBy(units, rate));
  const totals = counted.map(({ hits, films }) => ({ hits: sum(hits), n: sum(films) }));
  const open = totals.map(({ hits, n }) => units.clustered && hits > 0 && hits < n);
  const drawn = intervals(units, options, counted.filter((_, index) => open[index]).map(shareOf));
  return totals.map(({ hits, n }, index) => {
    if (n === 0) return UNDEFINED;
    if (open[index]) return { value: hits / n, ...drawn.shift()!, n, method: methodOf(units) };
    const patients = units.clustered ? counted[index]!.films.reduce((with_, films) => with_ + (films > 0 ? 1 : 0), 0) : n;
    const { low, high } = wilson(units.clustered ? (hits / n) * patients : hits, patients);
    return { value: hits / n, low, high, n, method: units.clustered ? "wilson-patients" : "wilson" };
  });
}

export function methodOf(units: Units): Method {
  return units.patients || units.clustered ? "bootstrap-patients" : "bootstrap-films";
}

function countedBy(units: Units, { of, hit }: Rate): Counted {
  const [hits, films] = [new Int32Array(units.count), new Int32Array(units.count)];
  units.of.forEach((unit, row) => {
    if (!of(row)) return;
    films[unit]! += 1;
    if (hit(row)) hits[unit]! += 1;
  });
  return { hits, films };
}

/** The share as a figure of resamples. */
export function shareOf({ hits, films }: Counted): Statistic {
  return (drawn) => {
    let [found, all] = [0, 0];
    for (let unit = 0; unit < drawn.length; unit += 1) {
      found += drawn[unit]! * hits[unit]!;
      all += drawn[unit]! * films[unit]!;
    }
    return found / all;
  };
}

/** The same of a rate. */
export const rateStatistic = (units: Units, rate: Rate): Statistic => shareOf(countedBy(units, rate));

/** PPV and NPV where so large a share of films has the positive class. */
export function predictive(prevalence: number, sensitivity: Estimate, specificity: Estimate, n: number): { ppv: Estimate; npv: Estimate } {
  if (sensitivity.value === null || specificity.value === null) return { ppv: UNDEFINED, npv: UNDEFINED };
  const found = predictiveValues(prevalence, { films: "", n, sensitivity: sensitivity as Share, specificity: specificity as Share });
  const estimate = (share: Share | null): Estimate => (share === null ? { ...UNDEFINED, n } : { ...share, n, method: "bayes" });
  return { ppv: estimate(found.ppv), npv: estimate(found.npv) };
}

/** A figure with its interval; one that is not a number is not defined. */
export function estimateOf(value: number, interval: { readonly low: number | null; readonly high: number | null }, n: number, method: Method): Estimate {
  return Number.isNaN(value) ? { ...UNDEFINED, n } : { value, ...(Number.isFinite(value) ? interval : UNKNOWN), n, method };
}

function sum(counts: Int32Array): number {
  return counts.reduce((total, count) => total + count, 0);
}

// The effect of a threshold on films whose class is known: counts, ROC curve, reliability curve.

import type { BundlePredictions } from "../shared/predictions.ts";
import type { Share } from "../shared/site.ts";

/** Probabilities of the positive class, ascending: of the films that are of it, and of the others. */
export interface Sample {
  readonly positive: readonly number[];
  readonly others: readonly number[];
}

export interface Counts {
  readonly truePositives: number;
  readonly falseNegatives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
}

export interface RocPoint {
  readonly sensitivity: number;
  readonly specificity: number;
}

/** Films whose probability lies in [from, to); the last bin includes 1. */
export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly positive: number;
  readonly others: number;
  /** Null for a bin without films. */
  readonly meanProbability: number | null;
  /** The share of its films that are of the positive class. */
  readonly observed: Share | null;
}

/** The films of a split; `label` is the number of the positive class. */
export function sampleOf({ films }: Pick<BundlePredictions, "films">, split: string, label: number): Sample {
  const of = (wanted: boolean): number[] =>
    films
      .filter((group) => group.split === split && (group.label === label) === wanted)
      .flatMap(({ probabilities }) => probabilities)
      .sort((a, b) => a - b);
  return { positive: of(true), others: of(false) };
}

/** A film is read as positive at the threshold or above. */
export function countsAt({ positive, others }: Sample, threshold: number): Counts {
  const [missed, cleared] = [below(positive, threshold), below(others, threshold)];
  return {
    truePositives: positive.length - missed,
    falseNegatives: missed,
    falsePositives: others.length - cleared,
    trueNegatives: cleared,
  };
}

export function rocPointOf({ truePositives, falseNegatives, falsePositives, trueNegatives }: Counts): RocPoint {
  return {
    sensitivity: truePositives / (truePositives + falseNegatives),
    specificity: trueNegatives / (trueNegatives + falsePositives),
  };
}

/** The ROC curve's points from the highest threshold, where nothing is read as positive, to the lowest. */
export function rocOf(sample: Sample): RocPoint[] {
  const thresholds = [...new Set([...sample.positive, ...sample.others])].sort((a, b) => b - a);
  return [Infinity, ...thresholds].map((threshold) => rocPointOf(countsAt(sample, threshold)));
}

/** Area under the curve's points by trapezoids. */
export function areaUnder(roc: readonly RocPoint[]): number {
  return roc.slice(1).reduce((area, { sensitivity, specificity }, index) => {
    const before = roc[index]!;
    return area + ((before.specificity - specificity) * (sensitivity + before.sensitivity)) / 2;
  }, 0);
}

/** Bins of equal width, with what was predicted and what was so. */
export function reliabilityOf(sample: Sample, bins: number): Bin[] {
  return inBins(sample, bins).map(({ from, to, ill, well }) => {
    const n = ill.length + well.length;
    const sum = [...ill, ...well].reduce((total, value) => total + value, 0);
    return {
      from, to, positive: ill.length, others: well.length,
      meanProbability: n === 0 ? null : sum / n,
      observed: n === 0 ? null : wilson(ill.length, n),
    };
  });
}

/** How many films of each side lie in bins of equal width. */
export function countsIn(sample: Sample, bins: number): Pick<Bin, "from" | "to" | "positive" | "others">[] {
  return inBins(sample, bins).map(({ from, to, ill, well }) => ({ from, to, positive: ill.length, others: well.length }));
}

/** The probabilities of each bin; the last bin includes 1. */
function inBins({ positive, others }: Sample, bins: number): { from: number; to: number; ill: readonly number[]; well: readonly number[] }[] {
  return Array.from({ length: bins }, (_, index) => {
    const [from, to] = [index / bins, (index + 1) / bins];
    const inside = (values: readonly number[]): readonly number[] =>
      values.slice(below(values, from), index === bins - 1 ? undefined : below(values, to));
    return { from, to, ill: inside(positive), well: inside(others) };
  });
}

/** A share with its 95 % interval (Wilson 1927, doi 10.1080/01621459.1927.10502953). */
export function wilson(count: number, n: number): Share {
  const z = 1.959964;
  const value = count / n;
  const centre = (value + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
  const half = (z * Math.sqrt((value * (1 - value)) / n + z ** 2 / (4 * n ** 2))) / (1 + z ** 2 / n);
  return { value, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/** How many of ascending values lie below a limit. */
export function below(values: ArrayLike<number>, limit: number): number {
  let [from, to] = [0, values.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (values[middle]! < limit) from = middle + 1;
    else to = middle;
  }
  return from;
}

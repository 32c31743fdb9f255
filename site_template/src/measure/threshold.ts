// A threshold of one's own: the highest that keeps a sensitivity, and how much less good it will be on other films.

import { below } from "../charts/curves.ts";
import { resample } from "./bootstrap.ts";
import { expit, logit } from "./logistic.ts";
import { rank, type Ranking } from "./ranks.ts";
import { ratesOf, UNDEFINED } from "./rates.ts";
import { rowsOf, type Rows } from "./rows.ts";
import { ENOUGH, type Case, type Chosen, type Estimate, type OwnThreshold, type ThresholdOptions } from "./types.ts";

interface Rates {
  readonly sensitivity: number;
  readonly specificity: number;
}

/** By the films that were read; null without both classes. */
export function thresholdFor(cases: readonly Case[], options: ThresholdOptions): OwnThreshold | null {
  const rows = rowsOf(cases.map(({ read: _, ...one }) => one), 0, "left-out");
  const positive = rows.label.reduce((sum, label) => sum + label, 0);
  const others = rows.count - positive;
  if (positive === 0 || others === 0) return null;
  const ranking = rank(rows.score);
  const every = new Int32Array(rows.units.count).fill(1);
  const chosen = chosenOf(rows, ranking, every, options.sensitivity)!;
  const optimism = optimismOf(rows, ranking, options);
  const isAbove = (row: number): boolean => rows.score[row]! >= chosen.threshold;
  const [sensitivity, specificity] = ratesOf(rows.units, options, [
    { of: (row) => rows.label[row] === 1, hit: isAbove },
    { of: (row) => rows.label[row] === 0, hit: (row) => !isAbove(row) },
  ]);
  return {
    wanted: options.sensitivity, threshold: chosen.threshold, n: rows.count, positive,
    patients: rows.units.patients ? rows.units.count : null,
    tooFew: Math.min(positive, others) < ENOUGH,
    sensitivity: corrected(sensitivity!, optimism?.sensitivity),
    specificity: corrected(specificity!, optimism?.specificity),
  };
}

/**
 * The threshold that these films choose, halfway in log-odds between the lowest score that must be kept and the next below it, so that
 * rounding decides nothing; as Python chooses *screening* (training/evaluation/operating_points.py). Null without both classes.
 */
function chosenOf({ score, label, units }: Rows, { order }: Ranking, drawn: Int32Array, wanted: number): (Rates & { readonly threshold: number }) | null {
  let [positive, others] = [0, 0];
  label.forEach((of, row) => {
    if (of === 1) positive += drawn[units.of[row]!]!;
    else others += drawn[units.of[row]!]!;
  });
  if (positive === 0 || others === 0) return null;
  // `0.98 · 50` must not become 50 by rounding.
  const needed = Math.max(1, Math.ceil(wanted * positive - 1e-9));
  let [found, wrong, kept] = [0, 0, Infinity];
  for (const row of order) {
    const times = drawn[units.of[row]!]!;
    if (times === 0) continue;
    if (found >= needed && score[row]! < kept) {
      return { threshold: between(score[row]!, kept), sensitivity: found / positive, specificity: 1 - wrong / others };
    }
    kept = score[row]!;
    if (label[row] === 1) found += times;
    else wrong += times;
  }
  return { threshold: kept, sensitivity: found / positive, specificity: 1 - wrong / others };
}

function between(below: number, kept: number): number {
  const middle = expit((logit(below) + logit(kept)) / 2);
  return middle > below && middle <= kept ? middle : kept;
}

/** How much better, on average, films look that chose the threshold than all films do at it (Efron 1983, Harrell et al. 1996). */
function optimismOf(rows: Rows, ranking: Ranking, options: ThresholdOptions): Rates | null {
  const { score, label, count } = rows;
  const ascending = [0, 1].map((wanted) => Float64Array.from([...ranking.order].filter((row) => label[row] === wanted).map((row) => score[row]!)).reverse());
  const [others, positive] = ascending as [Float64Array, Float64Array];
  let [sensitivity, specificity, counted] = [0, 0, 0];
  resample(rows.units, options, (drawn) => {
    const chosen = chosenOf(rows, ranking, drawn, options.sensitivity);
    if (chosen === null) return;
    counted += 1;
    sensitivity += chosen.sensitivity - (1 - below(positive, chosen.threshold) / positive.length);
    specificity += chosen.specificity - below(others, chosen.threshold) / others.length;
  });
  return counted < options.resamples / 2 || count === 0 ? null : { sensitivity: sensitivity / counted, specificity: specificity / counted };
}

function corrected(apparent: Estimate, optimism: number | undefined): Chosen {
  const moved = (value: number | null): number | null => (value === null ? null : Math.min(1, Math.max(0, value - optimism!)));
  return {
    apparent: apparent.value!, optimism: optimism ?? null,
    corrected: optimism === undefined ? { ...UNDEFINED, n: apparent.n } : { ...apparent, value: moved(apparent.value), low: moved(apparent.low), high: moved(apparent.high) },
  };
}

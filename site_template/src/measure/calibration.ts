// Whether probabilities fit: reliability, ECE, calibration-in-the-large and slope, and what a calibration of one's own would give.

import { wilson } from "../charts/curves.ts";
import { intervals, type Statistic } from "./bootstrap.ts";
import { expit, fit, fitWithin, isParted, logit, robustVariance, softplus, type Line } from "./logistic.ts";
import { Random } from "./random.ts";
import { estimateOf, methodOf, UNDEFINED } from "./rates.ts";
import type { Rows } from "./rows.ts";
import type { Calibration, Estimate, Fit, Options, Recalibration, ReliabilityBin } from "./types.ts";

/** As Python's evaluation (training/evaluation/metrics.py). */
const BINS = 15;
const FOLDS = 5;
const Z = 1.959964;

/** `rows` are films that were read; null where there are none. */
export function calibrationOf(rows: Rows, options: Options): Calibration | null {
  if (rows.count === 0) return null;
  const now = fitOf(rows.score, Float64Array.from(rows.score, logit), rows.label);
  const [ofEce] = intervals(rows.units, options, [eceOf(rows)]);
  return {
    n: rows.count, now, bins: binsOf(rows),
    ece: estimateOf(now.ece, ofEce!, rows.count, methodOf(rows.units)),
    ...lineOf(rows),
    own: recalibrationOf(rows, options.seed),
  };
}

function binOf(probability: number): number {
  return Math.min(Math.floor(probability * BINS), BINS - 1);
}

function binsOf({ score, label, count }: Rows): ReliabilityBin[] {
  const bins = Array.from({ length: BINS }, () => ({ positive: 0, others: 0, sum: 0 }));
  for (let row = 0; row < count; row += 1) {
    const bin = bins[binOf(score[row]!)]!;
    bin[label[row] === 1 ? "positive" : "others"] += 1;
    bin.sum += score[row]!;
  }
  return bins.map(({ positive, others, sum }, index) => {
    const n = positive + others;
    return {
      from: index / BINS, to: (index + 1) / BINS, positive, others,
      meanProbability: n === 0 ? null : sum / n,
      observed: n === 0 ? UNDEFINED : { ...wilson(positive, n), n, method: "wilson" },
    };
  });
}

/** Expected calibration error over bins of equal width (Naeini et al. 2015). */
function eceOf({ score, label, units }: Rows): Statistic {
  const bins = Int32Array.from(score, binOf);
  return (drawn) => {
    const off = new Float64Array(BINS);
    let all = 0;
    for (let row = 0; row < bins.length; row += 1) {
      const times = drawn[units.of[row]!]!;
      off[bins[row]!]! += times * (score[row]! - label[row]!);
      all += times;
    }
    return off.reduce((sum, one) => sum + Math.abs(one), 0) / all;
  };
}

function fitOf(probability: ArrayLike<number>, logOdds: ArrayLike<number>, label: ArrayLike<number>): Fit {
  const off = new Float64Array(BINS);
  let [logLoss, brier] = [0, 0];
  for (let row = 0; row < label.length; row += 1) {
    const [p, y] = [probability[row]!, label[row]!];
    off[binOf(p)]! += p - y;
    brier += (p - y) ** 2;
    logLoss += softplus(y === 1 ? -logOdds[row]! : logOdds[row]!);
  }
  const n = label.length;
  return { ece: off.reduce((sum, one) => sum + Math.abs(one), 0) / n, logLoss: logLoss / n, brier: brier / n };
}

/** Cox's regression of the label on the log-odds (Cox 1958, Steyerberg 2019 ch. 15): the intercept where the slope is 1, and the slope. */
function lineOf({ score, label, units, count }: Rows): Pick<Calibration, "inTheLarge" | "slope"> {
  const x = Float64Array.from(score, logit);
  const hasBoth = label.includes(0) && label.includes(1);
  const shifted = hasBoth ? fit(x, label, 1) : null;
  const sloped = hasBoth && !isParted(x, label) ? fit(x, label) : null;
  const around = (value: number | undefined, variance: number): Estimate => {
    const half = Z * Math.sqrt(variance);
    const known = Number.isFinite(half);
    return value === undefined ? { ...UNDEFINED, n: count } : { value, low: known ? value - half : null, high: known ? value + half : null, n: count, method: "robust" };
  };
  const variance = (line: Line | null, ofSlope: boolean): { intercept: number; slope: number } =>
    line === null ? { intercept: NaN, slope: NaN } : robustVariance(line, x, label, units, ofSlope);
  return {
    inTheLarge: around(shifted?.intercept, variance(shifted, false).intercept),
    slope: around(sloped?.slope, variance(sloped, true).slope),
  };
}

/** By folds of whole patients: each film's probability by what the other folds gave. Null where some fold leaves too little. */
function recalibrationOf({ score, label, units, count }: Rows, seed: number): Recalibration | null {
  const x = Float64Array.from(score, logit);
  const folds = foldsOf(units.of, label, units.count, seed);
  if (folds === null) return null;
  const logOdds = new Float64Array(count);
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const rows = [...label.keys()];
    const [inside, outside] = [rows.filter((row) => folds[row] === fold), rows.filter((row) => folds[row] !== fold)];
    const labels = outside.map((row) => label[row]!);
    if (!labels.includes(0) || !labels.includes(1)) return null;
    const { slope, intercept } = fitWithin(outside.map((row) => x[row]!), labels);
    for (const row of inside) logOdds[row] = slope * x[row]! + intercept;
  }
  const { slope, intercept } = fitWithin(x, label);
  return { temperature: 1 / slope, offset: intercept, folds: FOLDS, wouldBe: fitOf(Float64Array.from(logOdds, expit), logOdds, label) };
}

/** The fold of every row: units are dealt in turn, those with a film of the positive class first. Null where either are fewer than folds. */
function foldsOf(unitOf: Int32Array, label: Uint8Array, units: number, seed: number): Uint8Array | null {
  const ill = new Uint8Array(units);
  unitOf.forEach((unit, row) => void (ill[unit]! |= label[row]!));
  const order = new Random(seed).shuffle(Array.from({ length: units }, (_, unit) => unit));
  const dealt = [...order.filter((unit) => ill[unit] === 1), ...order.filter((unit) => ill[unit] === 0)];
  const positive = ill.reduce((sum, one) => sum + one, 0);
  if (Math.min(positive, units - positive) < FOLDS) return null;
  const foldOf = new Uint8Array(units);
  dealt.forEach((unit, index) => (foldOf[unit] = index % FOLDS));
  return Uint8Array.from(unitOf, (unit) => foldOf[unit]!);
}

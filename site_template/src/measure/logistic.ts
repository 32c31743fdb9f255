// Logistic regression on one column: label on log-odds, with robust standard errors, and within bounds.

import type { Units } from "./bootstrap.ts";

/** Probabilities are as far from 0 and 1 as this, at least, before they become log-odds; as in Python's log-loss. */
const EDGE = 1e-7;
const STEPS = 100;
const CONVERGED = 1e-11;
/** As training bounds its temperature and offset (training/evaluation/operating_points.py). */
export const TEMPERATURES = { lowest: 0.1, highest: 20 } as const;
export const LARGEST_OFFSET = 5;

export function logit(probability: number): number {
  const inside = Math.min(Math.max(probability, EDGE), 1 - EDGE);
  return Math.log(inside / (1 - inside));
}

export function expit(logOdds: number): number {
  return logOdds >= 0 ? 1 / (1 + Math.exp(-logOdds)) : Math.exp(logOdds) / (1 + Math.exp(logOdds));
}

/** log(1 + exp(x)), of any x. */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** A line of log-odds: intercept + slope · x. */
export interface Line {
  readonly intercept: number;
  readonly slope: number;
}

/** Nats per film. */
export function lossOf({ intercept, slope }: Line, x: ArrayLike<number>, label: ArrayLike<number>): number {
  let sum = 0;
  for (let row = 0; row < x.length; row += 1) {
    const logOdds = intercept + slope * x[row]!;
    sum += softplus(label[row] === 1 ? -logOdds : logOdds);
  }
  return sum / x.length;
}

/** Gradient and second derivatives of the loss, by intercept and slope. */
function derivatives({ intercept, slope }: Line, x: ArrayLike<number>, label: ArrayLike<number>): { g0: number; g1: number; h00: number; h01: number; h11: number } {
  let [g0, g1, h00, h01, h11] = [0, 0, 0, 0, 0];
  const n = x.length;
  for (let row = 0; row < n; row += 1) {
    const at = x[row]!;
    const p = expit(intercept + slope * at);
    const [off, weight] = [p - label[row]!, p * (1 - p)];
    g0 += off;
    g1 += off * at;
    h00 += weight;
    h01 += weight * at;
    h11 += weight * at * at;
  }
  return { g0: g0 / n, g1: g1 / n, h00: h00 / n, h01: h01 / n, h11: h11 / n };
}

/**
 * The line of least loss by Newton's method with halved steps; `slope` alone fixed where it is given. Null where there is none: the
 * classes are apart, or do not differ.
 */
export function fit(x: ArrayLike<number>, label: ArrayLike<number>, fixedSlope: number | null = null): Line | null {
  let line: Line = { intercept: 0, slope: fixedSlope ?? 1 };
  let loss = lossOf(line, x, label);
  for (let step = 0; step < STEPS; step += 1) {
    const { g0, g1, h00, h01, h11 } = derivatives(line, x, label);
    const steepest = Math.max(Math.abs(g0), fixedSlope === null ? Math.abs(g1) : 0);
    if (steepest < CONVERGED) return line;
    const determinant = h00 * h11 - h01 * h01;
    const [towards, steeper] = fixedSlope === null ? [(h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant] : [g0 / h00, 0];
    if (!Number.isFinite(towards) || !Number.isFinite(steeper)) return null;
    let length = 1;
    let next: Line;
    let lower: number;
    do {
      next = { intercept: line.intercept - length * towards, slope: line.slope - length * steeper };
      lower = lossOf(next, x, label);
      length /= 2;
    } while (lower > loss && length > 1e-10);
    // As near as numbers of this precision go.
    if (lower >= loss && steepest < 1e-7) return line;
    if (lower > loss || Math.abs(next.slope) > 1e6) return null;
    [line, loss] = [next, lower];
  }
  return null;
}

/** Whether no line of least loss exists because a value of x parts the classes, or x never changes. */
export function isParted(x: ArrayLike<number>, label: ArrayLike<number>): boolean {
  const ends = [0, 1].map(() => ({ low: Infinity, high: -Infinity }));
  for (let row = 0; row < x.length; row += 1) {
    const end = ends[label[row]!]!;
    end.low = Math.min(end.low, x[row]!);
    end.high = Math.max(end.high, x[row]!);
  }
  const [others, positive] = ends as [{ low: number; high: number }, { low: number; high: number }];
  return others.high <= positive.low || positive.high <= others.low;
}

/** Robust variances of intercept and slope (Huber 1967, White 1980), in which the rows of a unit count together; with G / (G − 1). */
export function robustVariance(line: Line, x: ArrayLike<number>, label: ArrayLike<number>, units: Units, ofSlope: boolean): { intercept: number; slope: number } {
  const [s0, s1] = [new Float64Array(units.count), new Float64Array(units.count)];
  for (let row = 0; row < x.length; row += 1) {
    const off = expit(line.intercept + line.slope * x[row]!) - label[row]!;
    s0[units.of[row]!]! += off;
    s1[units.of[row]!]! += off * x[row]!;
  }
  let [m00, m01, m11] = [0, 0, 0];
  for (let unit = 0; unit < units.count; unit += 1) {
    m00 += s0[unit]! ** 2;
    m01 += s0[unit]! * s1[unit]!;
    m11 += s1[unit]! ** 2;
  }
  const n = x.length;
  const { h00, h01, h11 } = derivatives(line, x, label);
  const few = units.count / (units.count - 1);
  if (!ofSlope) return { intercept: (few * m00) / (h00 * n) ** 2, slope: 0 };
  const determinant = (h00 * h11 - h01 * h01) * n;
  const [i00, i01, i11] = [h11 / determinant, -h01 / determinant, h00 / determinant];
  return {
    intercept: few * (i00 * (i00 * m00 + i01 * m01) + i01 * (i00 * m01 + i01 * m11)),
    slope: few * (i01 * (i01 * m00 + i11 * m01) + i11 * (i01 * m01 + i11 * m11)),
  };
}

/** The line of least loss whose temperature (1 / slope) and offset (intercept) lie within the bounds. The loss is convex, so it is inside or at an edge. */
export function fitWithin(x: ArrayLike<number>, label: ArrayLike<number>): Line {
  const [least, most] = [1 / TEMPERATURES.highest, 1 / TEMPERATURES.lowest];
  const free = isParted(x, label) ? null : fit(x, label);
  if (free !== null && free.slope >= least && free.slope <= most && Math.abs(free.intercept) <= LARGEST_OFFSET) return free;
  const edges = [
    ...[least, most].map((slope) => ({ slope, intercept: root(-LARGEST_OFFSET, LARGEST_OFFSET, (intercept) => derivatives({ intercept, slope }, x, label).g0) })),
    ...[-LARGEST_OFFSET, LARGEST_OFFSET].map((intercept) => ({ intercept, slope: root(least, most, (slope) => derivatives({ intercept, slope }, x, label).g1) })),
  ];
  return edges.reduce((best, line) => (lossOf(line, x, label) < lossOf(best, x, label) ? line : best));
}

/** Where a rising function is 0; the end that is nearer to it where that is outside. */
function root(from: number, to: number, rising: (at: number) => number): number {
  if (rising(from) >= 0) return from;
  if (rising(to) <= 0) return to;
  for (let step = 0; step < 50; step += 1) {
    const middle = (from + to) / 2;
    if (rising(middle) < 0) from = middle;
    else to = middle;
  }
  return (from + to) / 2;
}

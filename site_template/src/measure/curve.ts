// What every threshold would give: sensitivity, specificity, PPV and NPV.

import { levels, rank } from "./ranks.ts";
import { rowsOf } from "./rows.ts";
import type { Case, CurvePoint } from "./types.ts";

/** One point for every score that a film has, from the highest, after the one at which none is read as positive; empty without both classes. */
export function curveOf(cases: readonly Case[], prevalence: number | null): CurvePoint[] {
  const rows = rowsOf(cases, 0, "left-out");
  const positive = rows.label.reduce((sum, label) => sum + label, 0);
  const others = rows.count - positive;
  if (positive === 0 || others === 0) return [];
  const share = prevalence ?? positive / rows.count;
  let [found, wrong] = [0, 0];
  const point = (threshold: number | null): CurvePoint => {
    const [sensitivity, specificity] = [found / positive, (others - wrong) / others];
    const [right, well] = [sensitivity * share, specificity * (1 - share)];
    return {
      threshold, sensitivity, specificity,
      ppv: over(right, right + (1 - specificity) * (1 - share)),
      npv: over(well, well + (1 - sensitivity) * share),
      precision: over(found, found + wrong),
    };
  };
  return [
    point(null),
    ...levels(rows, rank(rows.score)).map((level) => {
      found += level.positive;
      wrong += level.others;
      return point(level.score);
    }),
  ];
}

/** The point that a threshold gives: that of the lowest score that reaches it. */
export function pointAt(curve: readonly CurvePoint[], threshold: number): CurvePoint {
  let [from, to] = [1, curve.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (curve[middle]!.threshold! >= threshold) from = middle + 1;
    else to = middle;
  }
  return curve[from - 1]!;
}

function over(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

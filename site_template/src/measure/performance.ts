// How well films are told apart, and read at a threshold: AUROC, average precision, rates and the confusion matrix.

import { intervals } from "./bootstrap.ts";
import { aurocOf, auroc, averagePrecision, averagePrecisionOf, rank } from "./ranks.ts";
import { estimateOf, methodOf, predictive, ratesOf, type Rate } from "./rates.ts";
import type { Rows } from "./rows.ts";
import { ENOUGH, type Matrix, type Options, type Performance } from "./types.ts";

export function performanceOf(rows: Rows, options: Options): Performance {
  const { count, label, read, units } = rows;
  const matrix = matrixOf(rows);
  const positive = matrix.truePositives + matrix.falseNegatives;
  const others = count - positive;
  const [ranking, method] = [rank(rows.score), methodOf(units)];
  const hasBoth = positive > 0 && others > 0;
  const [ofAuroc, ofPrecision] = hasBoth ? intervals(units, options, [aurocOf(rows, ranking), averagePrecisionOf(rows, ranking)]) : [];
  const unknown = { low: null, high: null };
  const ill = (row: number): boolean => label[row] === 1;
  const readSo = (row: number): boolean => read[row] === 1;
  const right = (row: number): boolean => label[row] === read[row];
  const rates: Rate[] = [
    { of: ill, hit: readSo },
    { of: (row) => !ill(row), hit: right },
    { of: () => true, hit: right },
    { of: readSo, hit: right },
    { of: (row) => !readSo(row), hit: right },
  ];
  const byPrevalence = options.prevalence === null;
  const [sensitivity, specificity, accuracy, ppv, npv] = ratesOf(units, options, byPrevalence ? rates : rates.slice(0, 3));
  return {
    n: count, positive, others, tooFew: Math.min(positive, others) < ENOUGH,
    auroc: estimateOf(auroc(rows, ranking), ofAuroc ?? unknown, count, method),
    averagePrecision: estimateOf(hasBoth ? averagePrecision(rows, ranking) : NaN, ofPrecision ?? unknown, count, method),
    sensitivity: sensitivity!, specificity: specificity!, accuracy: accuracy!,
    ...(options.prevalence === null ? { ppv: ppv!, npv: npv! } : predictive(options.prevalence, sensitivity!, specificity!, count)),
    matrix,
  };
}

function matrixOf({ label, read }: Rows): Matrix {
  const cells = [0, 0, 0, 0];
  label.forEach((of, row) => (cells[of * 2 + read[row]!]! += 1));
  const [trueNegatives, falsePositives, falseNegatives, truePositives] = cells as [number, number, number, number];
  return { truePositives, falseNegatives, falsePositives, trueNegatives };
}

// What depends on the order of scores alone: films are ranked once, and resamples count again.

import type { Statistic } from "./bootstrap.ts";
import type { Rows } from "./rows.ts";

/** Rows by falling score; those of the same score are a level. */
export interface Ranking {
  /** Row numbers. */
  readonly order: Int32Array;
  /** Where each level ends in `order`. */
  readonly ends: Int32Array;
}

export function rank(score: Float64Array): Ranking {
  const order = Int32Array.from(score, (_, row) => row).sort((a, b) => (score[a]! === score[b]! ? a - b : score[a]! < score[b]! ? 1 : -1));
  const ends: number[] = [];
  order.forEach((row, index) => {
    if (index + 1 === order.length || score[order[index + 1]!]! !== score[row]!) ends.push(index + 1);
  });
  return { order, ends: Int32Array.from(ends) };
}

/** Calls for every level from the highest score, with the films of both classes in it and whether it is the last. */
type Visit = (positive: number, others: number) => void;

function overLevels({ label, units }: Pick<Rows, "label" | "units">, { order, ends }: Ranking, drawn: Int32Array | null, visit: Visit): void {
  let index = 0;
  for (const end of ends) {
    let [positive, others] = [0, 0];
    for (; index < end; index += 1) {
      const row = order[index]!;
      const times = drawn === null ? 1 : drawn[units.of[row]!]!;
      if (label[row] === 1) positive += times;
      else others += times;
    }
    visit(positive, others);
  }
}

/** Area under the ROC curve by ranks (Mann and Whitney 1947): the share of pairs in the right order, ties as one half. */
export function auroc(rows: Rows, ranking: Ranking, drawn: Int32Array | null = null): number {
  let [above, below, pairs] = [0, 0, 0];
  overLevels(rows, ranking, drawn, (positive, others) => {
    pairs += others * (above + positive / 2);
    above += positive;
    below += others;
  });
  return pairs / (above * below);
}

/** Average precision: the area under the precision-recall curve by steps, as scikit-learn's. */
export function averagePrecision(rows: Rows, ranking: Ranking, drawn: Int32Array | null = null): number {
  let [found, seen, sum, all] = [0, 0, 0, 0];
  overLevels(rows, ranking, drawn, (positive, others) => {
    found += positive;
    seen += positive + others;
    if (positive > 0) sum += positive * (found / seen);
    all += others;
  });
  return all === 0 ? NaN : sum / found;
}

/** The films of both classes at every level, from the highest score. */
export function levels(rows: Rows, ranking: Ranking): { readonly score: number; readonly positive: number; readonly others: number }[] {
  const found: { score: number; positive: number; others: number }[] = [];
  let level = 0;
  overLevels(rows, ranking, null, (positive, others) => {
    found.push({ score: rows.score[ranking.order[ranking.ends[level++]! - 1]!]!, positive, others });
  });
  return found;
}

export const aurocOf = (rows: Rows, ranking: Ranking): Statistic => (drawn) => auroc(rows, ranking, drawn);
export const averagePrecisionOf = (rows: Rows, ranking: Ranking): Statistic => (drawn) => averagePrecision(rows, ranking, drawn);

// Films that were not read: how many, of which class, and why.

import { unitsOf } from "./bootstrap.ts";
import { ratesOf, type Rate } from "./rates.ts";
import type { Case, Options, Refusals } from "./types.ts";

export function refusalsOf(cases: readonly Case[], options: Options): Refusals {
  const refused = cases.filter(({ score }) => score === null);
  const counts = new Map<string, { count: number; positive: number; others: number }>();
  for (const { refused: reason, label } of refused) {
    const so = counts.get(reason ?? "") ?? { count: 0, positive: 0, others: 0 };
    counts.set(reason ?? "", { count: so.count + 1, positive: so.positive + label, others: so.others + 1 - label });
  }
  const reasons = [...counts].sort(([a, { count: ofA }], [b, { count: ofB }]) => ofB - ofA || (a < b ? -1 : 1));
  const isRefused = (row: number): boolean => cases[row]!.score === null;
  const ofClass = (label: 0 | 1): Rate => ({ of: (row) => cases[row]!.label === label, hit: isRefused });
  const [rate, ofPositive, ofOthers, ...each] = ratesOf(unitsOf(cases.map(({ patient }) => patient)), options, [
    { of: () => true, hit: isRefused }, ofClass(1), ofClass(0),
    ...reasons.map(([reason]): Rate => ({ of: () => true, hit: (row) => isRefused(row) && (cases[row]!.refused ?? "") === reason })),
  ]);
  return {
    rate: rate!, ofPositive: ofPositive!, ofOthers: ofOthers!,
    byReason: reasons.map(([reason, counted], index) => ({ reason, rate: each[index]!, ...counted })),
  };
}

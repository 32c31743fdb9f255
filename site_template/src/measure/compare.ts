// Two models on the same films: how often they agree, and whose order is better.

import { intervals, unitsOf, type Statistic } from "./bootstrap.ts";
import { auroc, rank } from "./ranks.ts";
import { estimateOf, methodOf, ratesOf, rateStatistic, type Rate } from "./rates.ts";
import { isPositive, rowsOf, type Rows } from "./rows.ts";
import { ENOUGH, type Case, type CompareOptions, type Comparison, type Difference, type Estimate } from "./types.ts";

export function compareModels(first: readonly Case[], second: readonly Case[], options: CompareOptions): Comparison {
  const pairs = pairsOf(first, second);
  const refused = (one: Case): boolean => one.score === null;
  const both = pairs.filter(([a, b]) => !refused(a) && !refused(b));
  const [a, b] = [0, 1].map((which) => rowsOf(both.map((pair) => pair[which]!), options.thresholds[which]!, "left-out")) as [Rows, Rows];
  const { label, count } = a;
  const units = unitsOf(both.map(([{ patient }]) => patient));
  const positive = label.reduce((sum, of) => sum + of, 0);
  const method = methodOf(units);

  const [ofA, ofB] = [a, b].map((rows) => [rows, rank(rows.score)] as const);
  const right = (of: 0 | 1, { read }: Rows): Rate => ({ of: (row) => label[row] === of, hit: (row) => read[row] === of });
  const rate = (of: 0 | 1): readonly [Statistic, Statistic] => [rateStatistic(units, right(of, a)), rateStatistic(units, right(of, b))];
  const less = ([one, other]: readonly [Statistic, Statistic]): Statistic => (drawn) => one(drawn) - other(drawn);
  const [aurocA, aurocB]: [Statistic, Statistic] = [(drawn) => auroc(...ofA!, drawn), (drawn) => auroc(...ofB!, drawn)];
  const statistics = [aurocA, aurocB, less([aurocA, aurocB]), kappaOf(a, b), less(rate(1)), less(rate(0))];
  const found = intervals(units, options, statistics);
  const once = new Int32Array(units.count).fill(1);
  const ns = [count, count, count, count, positive, count - positive];
  const [ofFirst, ofSecond, aurocDifference, kappa, sensitivityDifference, specificityDifference] = statistics.map(
    (statistic, index) => estimateOf(statistic(once), found[index]!, ns[index]!, method),
  ) as [Estimate, Estimate, Estimate, Estimate, Estimate, Estimate];
  const [agreement] = ratesOf(units, options, [{ of: () => true, hit: (row) => a.read[row] === b.read[row] }]);
  return {
    n: count, positive, others: count - positive, tooFew: Math.min(positive, count - positive) < ENOUGH,
    refused: {
      first: pairs.filter(([one, other]) => refused(one) && !refused(other)).length,
      second: pairs.filter(([one, other]) => !refused(one) && refused(other)).length,
      both: pairs.filter(([one, other]) => refused(one) && refused(other)).length,
    },
    agreement: agreement!, kappa, auroc: [ofFirst, ofSecond], aurocDifference, sensitivityDifference, specificityDifference,
    differ: differencesOf(both, options),
  };
}

/** The films that both were given, in the order of the first. */
function pairsOf(first: readonly Case[], second: readonly Case[]): [Case, Case][] {
  const others = new Map(second.map((one) => [one.file, one]));
  return first.flatMap((one) => {
    const other = others.get(one.file);
    return other === undefined ? [] : [[one, other]];
  });
}

/** Cohen's kappa (1960, doi 10.1177/001316446002000104): agreement beyond what chance gives; not defined where both always read the same one class. */
function kappaOf({ read: first, units }: Rows, { read: second }: Rows): Statistic {
  return (drawn) => {
    let [n, ofFirst, ofSecond, together] = [0, 0, 0, 0];
    for (let row = 0; row < first.length; row += 1) {
      const times = drawn[units.of[row]!]!;
      n += times;
      ofFirst += times * first[row]!;
      ofSecond += times * second[row]!;
      if (first[row] === second[row]) together += times;
    }
    const [observed, chance] = [together / n, (ofFirst * ofSecond + (n - ofFirst) * (n - ofSecond)) / n ** 2];
    return (observed - chance) / (1 - chance);
  };
}

function differencesOf(both: readonly (readonly [Case, Case])[], { thresholds }: CompareOptions): Difference[] {
  const gap = ({ scores }: Difference): number => Math.abs(scores[0] - scores[1]);
  return both
    .map(([one, other]): Difference => ({
      file: one.file, label: one.label, scores: [one.score!, other.score!],
      read: [isPositive(one, thresholds[0]), isPositive(other, thresholds[1])],
    }))
    .filter(({ read }) => read[0] !== read[1])
    .sort((a, b) => gap(b) - gap(a));
}

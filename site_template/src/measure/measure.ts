// Everything that is said of labelled films, and of groups of them.

import { unitsOf } from "./bootstrap.ts";
import { calibrationOf } from "./calibration.ts";
import { curveOf } from "./curve.ts";
import { performanceOf } from "./performance.ts";
import { refusalsOf } from "./refusals.ts";
import { rowsOf } from "./rows.ts";
import { REFUSED_AS, type Case, type Measured, type Options, type Performance, type RefusedAs, type Subgroup, type Verdict } from "./types.ts";

export function measure(cases: readonly Case[], options: Options): Measured {
  const of = (counted: readonly Case[], refused: RefusedAs): Performance => performanceOf(rowsOf(counted, options.threshold, refused), options);
  const ways = Object.fromEntries(REFUSED_AS.map((way) => [way, of(cases, way)])) as Record<RefusedAs, Performance>;
  const performance = ways[options.refused];
  const sure = cases.filter(({ doubtful }) => !doubtful);
  const read = rowsOf(cases, options.threshold, "left-out");
  const units = unitsOf(cases.map(({ patient }) => patient));
  return {
    ...performance,
    options, ways,
    films: cases.length, read: read.count, doubtful: cases.length - sure.length,
    patients: units.patients ? units.count : null,
    verdict: verdictOf(performance, options),
    withoutDoubtful: sure.length < cases.length ? of(sure, options.refused) : null,
    refusals: refusalsOf(cases, options),
    calibration: calibrationOf(read, options),
    curve: curveOf(cases, options.prevalence),
  };
}

/** The films of every value of a key, the most films first; those that do not have it are the group without a name. */
export function subgroups(cases: readonly Case[], key: string, options: Options): Subgroup[] {
  const groups = new Map<string, Case[]>();
  for (const one of cases) {
    const value = one.groups[key] ?? "";
    const known = groups.get(value);
    if (known === undefined) groups.set(value, [one]);
    else known.push(one);
  }
  return [...groups]
    .map(([value, of]) => ({ value, measured: measure(of, options) }))
    .sort((a, b) => b.measured.films - a.measured.films || (a.value < b.value ? -1 : 1));
}

function verdictOf({ n, positive, others, tooFew, auroc }: Performance, { own }: Options): Verdict {
  if (n === 0) return "no-films";
  if (positive === 0 || others === 0) return "one-class";
  if (tooFew) return "too-few";
  if (auroc.high !== null && auroc.high < 0.5) return "backwards";
  if (auroc.low === null || auroc.low <= 0.5) return "chance";
  if (own === undefined || own === null) return "better-than-chance";
  return auroc.high! < (own.low ?? own.value) ? "worse" : "alike";
}

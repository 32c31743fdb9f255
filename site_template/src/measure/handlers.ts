// What can be asked of the measuring worker, as pure functions that need no worker.

import { compareModels } from "./compare.ts";
import { figuresOf } from "./drawings.ts";
import { measure, subgroups } from "./measure.ts";
import { reportOf } from "./report.ts";
import { csvOf, jsonOf, workbookOf } from "./saved.ts";
import { thresholdFor } from "./threshold.ts";
import type { MeasureCalls } from "./types.ts";

/** A function for every call of MeasureCalls. */
export const handlers: { readonly [Name in keyof MeasureCalls]: (input: MeasureCalls[Name]["input"]) => MeasureCalls[Name]["answer"] } = {
  measure: ({ cases, options }) => measure(cases, options),
  threshold: ({ cases, options }) => thresholdFor(cases, options),
  subgroups: ({ cases, key, options }) => subgroups(cases, key, options),
  compare: ({ first, second, options }) => compareModels(first, second, options),
  figures: figuresOf,
  csv: csvOf,
  xlsx: workbookOf,
  json: jsonOf,
  report: reportOf,
};

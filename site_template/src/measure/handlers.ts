// What can be asked of the measuring worker, as pure functions that need no worker.

import type { MeasureCalls } from "./types.ts";

/** A function for every call of MeasureCalls. */
export const handlers: { readonly [Name in keyof MeasureCalls]: (input: MeasureCalls[Name]["input"]) => MeasureCalls[Name]["answer"] } = {
  measure: () => later(),
  threshold: () => later(),
  subgroups: () => later(),
  compare: () => later(),
  figures: () => later(),
  csv: () => later(),
  xlsx: () => later(),
  json: () => later(),
  report: () => later(),
};

function later(): never {
  throw new Error("not yet");
}

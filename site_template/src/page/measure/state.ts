// What the view shows at a time, and what its parts may do.

import type { Case, Estimate, MeasureCalls, Measured, OwnThreshold } from "../../measure/types.ts";
import type { OperatingPoint, Share } from "../../shared/site.ts";
import type { Film } from "../film.ts";
import type { Words } from "../words.ts";
import type { Cases } from "./cases.ts";
import type { MeasureContext } from "./context.ts";
import type { Doubles } from "./doubles.ts";
import type { Assembled, LabelledFilm } from "./labelled.ts";

/** Asks the measuring worker. */
export type Ask = <Name extends keyof MeasureCalls>(name: Name, input: MeasureCalls[Name]["input"]) => Promise<MeasureCalls[Name]["answer"]>;

/** What is measured, and of what. */
export interface State {
  readonly assembled: Assembled;
  readonly doubles: Doubles<LabelledFilm>;
  readonly cases: Cases;
  readonly measured: Measured;
  /** As whose the films were read; null for a model that reads all alike. */
  readonly population: string | null;
  /** What decides, by name; null for a model without operating points. */
  readonly point: OperatingPoint | null;
  readonly threshold: number;
  readonly prevalence: number | null;
  /** On the model's own test films. */
  readonly own: Share | null;
}

export interface Tools {
  readonly context: MeasureContext;
  readonly ask: Ask;
  /** Has the list show these alone, with a sentence of what they are. */
  readonly showFilms: (films: readonly Film[], what: string) => void;
  /** Reads the films by this threshold of the visitor's own. */
  readonly useOwn: (threshold: number, found: OwnThreshold | null) => void;
  readonly saveOwn: () => void;
}

/** A part of the view. */
export interface Part {
  readonly element: HTMLElement;
  show(state: State): void;
}

export function percentOf(words: Words, value: number | null): string {
  return value === null ? "–" : words.percent(value * 100);
}

/** In percent, without the value. */
export function intervalOf(words: Words, { low, high }: Estimate): string {
  return low === null || high === null ? "" : `(${words.span(low * 100, high * 100, 1)})`;
}

/** An area or another number between 0 and 1 with its interval, such as 0.87 (0.83–0.90). */
export function figure(words: Words, { value, low, high }: Pick<Estimate, "value" | "low" | "high">, digits = 2): string {
  if (value === null) return "–";
  const span = (from: number, to: number): string => (from < 0 ? `${signed(words, from, digits)} … ${signed(words, to, digits)}` : words.span(from, to, digits));
  return low === null || high === null ? signed(words, value, digits) : `${signed(words, value, digits)} (${span(low, high)})`;
}

/** With a minus that is as long as a plus; in text from right to left it stays in front. */
export function signed(words: Words, value: number, digits: number): string {
  const text = words.number(value, digits).replace("-", "\u2212");
  return value < 0 && document.documentElement.dir === "rtl" ? `\u2066${text}\u2069` : text;
}

/** The films of a cell of the matrix, those farthest from the threshold first. */
export function filmsOf({ cases, films }: Cases, wanted: (one: Case) => boolean, threshold: number): Film[] {
  const far = ({ score }: Case): number => (score === null ? 0 : Math.abs(score - threshold));
  return cases.filter(wanted).sort((a, b) => far(b) - far(a)).map(({ file }) => films.get(file)!);
}

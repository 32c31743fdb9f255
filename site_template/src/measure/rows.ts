// Labelled films as the figures take them: what was read, with refused films left out, counted as positive or as wrong.

import { unitsOf, type Units } from "./bootstrap.ts";
import type { Case, Options, RefusedAs } from "./types.ts";

/** Films in columns. */
export interface Rows {
  readonly count: number;
  /** 1 for a film of the positive class. */
  readonly label: Uint8Array;
  /** The probability, or an infinity for a refused film that counts. */
  readonly score: Float64Array;
  /** 1 for a film that is read as positive. */
  readonly read: Uint8Array;
  readonly units: Units;
}

/**
 * A refused film that counts as positive stands above every film that was read; one that counts as wrong stands below them where it
 * is of the positive class, and above them where it is not.
 */
export function rowsOf(cases: readonly Case[], threshold: number, refused: RefusedAs): Rows {
  const counted = refused === "left-out" ? cases.filter(({ score }) => score !== null) : cases;
  const asPositive = ({ label }: Case): boolean => refused === "positive" || label === 0;
  const isRead = (one: Case): boolean => (one.score === null ? asPositive(one) : isPositive(one, threshold));
  return {
    count: counted.length,
    label: Uint8Array.from(counted, ({ label }) => label),
    score: Float64Array.from(counted, (one) => one.score ?? (asPositive(one) ? Infinity : -Infinity)),
    read: Uint8Array.from(counted, (one) => (isRead(one) ? 1 : 0)),
    units: unitsOf(counted.map(({ patient }) => patient)),
  };
}

/** Whether a film that was read is read as positive. */
export function isPositive({ score, read }: Pick<Case, "score" | "read">, threshold: Options["threshold"]): boolean {
  return read ?? score! >= threshold;
}

// What reading one film gives, in the worker, on the page and in users' scripts (`window.plainfilm.classify`).

import type { Backend } from "./backend.ts";

/** Stable codes of what is wrong with a film; the sentence for people is in strings.toml under the same name. */
export const REASONS = [
  "empty",
  "not-an-image",
  "unreadable",
  "too-large",
  "no-picture",
  "archive",
  "broken-archive",
  "archive-too-large",
  "encrypted",
  "no-decoder",
  "not-a-chest-xray",
  "other-modality",
  "other-body-part",
  "lateral-view",
  "colour-photograph",
  "too-dark-or-blank",
  "several-films",
  "too-small",
  "inverted",
  "upside-down",
  "sideways",
  "engine-failed",
] as const;
export type Reason = (typeof REASONS)[number];

export type Status = "queued" | "running" | "done" | "refused" | "error" | "cancelled";

export interface ClassProbability {
  readonly class_name: string;
  /** 0–1; calibrated, all of a film's add up to 1. */
  readonly probability: number;
}

/** What the operating points say of a film: the positive class is ruled out, ruled in, or neither. */
export type Zone = "ruled-out" | "indeterminate" | "ruled-in";

/** Probabilities of the positive class: below `from` it is ruled out, at `to` and above ruled in. */
export interface IndeterminateZone {
  readonly from: number;
  readonly to: number;
}

/** What the worker measures; what it means is decided by `decide.ts`. Fields are null where the film never reached the network. */
export interface Finding {
  readonly status: "done" | "refused" | "error";
  readonly reason: Reason | null;
  /** What was seen that is the reason: a word in the file's header, such as `CT`, or a number; empty where there is none. */
  readonly seen: string;
  /** The number that would have done; empty where `seen` is none. */
  readonly expected: string;
  /** Of the positive class. */
  readonly probability: number | null;
  readonly probabilities: readonly ClassProbability[];
  readonly logit: readonly number[];
  readonly ood_score: number | null;
  /** Whether it was read only because the visitor insisted, though something spoke against it. */
  readonly overridden: boolean;
  readonly backend: Backend;
  readonly model: string;
  /** Of the decoded picture, in pixels, the EXIF orientation applied. */
  readonly width: number | null;
  readonly height: number | null;
  /** Pictures in the file, of which the first was read. */
  readonly frames: number | null;
  /** From the encoded bytes to the probabilities. */
  readonly milliseconds: number;
}

/** A film cannot be read, and why. */
export class ReadingError extends Error {
  readonly reason: Reason;

  constructor(reason: Reason, detail = "") {
    super(detail === "" ? reason : `${reason}: ${detail}`);
    this.reason = reason;
  }
}

// What reading one film gives, in the worker, on the page and in users' scripts (`window.plainfilm.classify`).

import type { Backend } from "./backend.ts";
import type { Turn } from "./film.ts";

/** Why a file cannot be read. Every reason is a stable code; the sentence for people is in strings.toml under the same name. */
export const FILE_REASONS = [
  "empty",
  "not-an-image",
  "unreadable",
  "damaged",
  "too-large",
  "no-picture",
  "archive",
  "broken-archive",
  "empty-archive",
  "archive-too-large",
  "encrypted",
  "unknown-packing",
  "no-decoder",
  "engine-failed",
  "took-too-long",
  "reader-stopped",
  "page-outdated",
] as const;
export type FileReason = (typeof FILE_REASONS)[number];

/** Why a film is refused that seems to be turned, or a negative. */
export const TURN_REASONS: readonly string[] = ["inverted", "upside-down", "sideways"];

export type Status = "queued" | "running" | "done" | "refused" | "error" | "cancelled";

export interface ClassProbability {
  readonly class_name: string;
  /** 0–1; calibrated, all of a film's add up to 1. */
  readonly probability: number;
}

/** By the operating points, the positive class of a film is ruled out, ruled in, or neither. */
export type Zone = "ruled-out" | "indeterminate" | "ruled-in";

/** Probabilities of the positive class: below `from` it is ruled out, at `to` and above ruled in. */
export interface IndeterminateZone {
  readonly from: number;
  readonly to: number;
}

/** What the worker measures; what it means is decided by `decide.ts`. Fields are null where the film never reached the network. */
export interface Finding {
  readonly status: "done" | "refused" | "error";
  /** One of FILE_REASONS, or of what should not be read: by its header (formats/dicom), by what it shows (worker/checks), by the OOD gate. */
  readonly reason: string | null;
  /** What the reason was seen by: a word in the file's header, such as `CT`, or a number; empty where there is none. */
  readonly seen: string;
  /** The number that would have done; empty where `seen` is not a number. */
  readonly expected: string;
  /** How the picture was turned back before it was read; of a refused one, how it seems to be turned. Null where it is as it came. */
  readonly turn: Turn | null;
  /** Whose film it is by its own file: the name of a population, empty where the patient's age is in none, null where no age is said. */
  readonly population: string | null;
  /** Of the positive class. */
  readonly probability: number | null;
  readonly probabilities: readonly ClassProbability[];
  readonly logit: readonly number[];
  readonly ood_score: number | null;
  /** Whether it would have been refused and was read on request (override). */
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
  readonly reason: FileReason;
  /** For bug reports; may be empty. */
  readonly detail: string;

  constructor(reason: FileReason, detail = "") {
    super(detail === "" ? reason : `${reason}: ${detail}`);
    this.reason = reason;
    this.detail = detail;
  }
}

/** Whether there was no memory for something, by what the engines of browsers throw then; their words are all that tells. */
export function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && /allocation failed|out of memory|could not allocate|can't alloc|allocation size overflow/i.test(error.message);
}

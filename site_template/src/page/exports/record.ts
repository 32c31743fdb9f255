// What every export states of one film, as the page shows it: at the chosen operating point, with no number where none is shown.

import type { Decided } from "../../shared/decide.ts";
import type { Turn } from "../../shared/film.ts";
import type { IndeterminateZone, Status, Zone } from "../../shared/reading.ts";
import type { Model, Site } from "../../shared/site.ts";
import type { Mark } from "../mark.ts";

/** A film of the page, read or not. */
export interface Recorded {
  readonly name: string;
  readonly status: Status;
  /** Number of its study on this page; null where its file names none. */
  readonly study?: number | null;
  /** Why it was refused or could not be read. */
  readonly reason: string | null;
  /** At the chosen operating point; null while nothing is found. */
  readonly decided: Decided | null;
  /** When it was read. */
  readonly date: Date | null;
  /** The sentence that the page shows. */
  readonly message: string;
  /** What the visitor noted of it. */
  readonly mark: Mark;
}

export interface ClassRecord {
  readonly class_name: string;
  readonly probability: number;
  /** Before calibration. */
  readonly logit: number;
}

export interface PopulationRecord {
  readonly population: string;
  readonly reading: string | null;
  readonly probability: number | null;
  readonly threshold: number;
  readonly zone: Zone | null;
}

export interface FilmRecord {
  readonly file: string;
  readonly status: Status;
  readonly reason: string | null;
  readonly message: string;
  /** The class read at `operating_point`; null where nothing was read. */
  readonly reading: string | null;
  readonly operating_point: string | null;
  readonly threshold: number | null;
  readonly zone: Zone | null;
  readonly indeterminate_zone: IndeterminateZone | null;
  /** Whose film it was read as: empty where that is not said, null for a model that reads all films alike. */
  readonly population: string | null;
  /** Where it is not said, by each population; what else is here is by the first, but for `zone`. */
  readonly by_population: readonly PopulationRecord[];
  readonly classes: readonly ClassRecord[];
  readonly ood_score: number | null;
  /** What a film check or a header that refuses it saw, and at least or at most what was expected; empty where that is no figure and no word. */
  readonly seen: string | null;
  readonly expected: string | null;
  /** Whether it was read only because the visitor insisted. */
  readonly overridden: boolean;
  /** How it was turned back before it was read, on request; of a refused film, how it seems to be turned. */
  readonly turn: Turn | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly milliseconds: number | null;
  readonly backend: string | null;
  /** ISO 8601, UTC. */
  readonly date: string | null;
  readonly starred: boolean;
  readonly comment: string;
  readonly doubt: Mark["doubt"];
  /** Films of one study have one number; it says nothing outside of this export. */
  readonly study: number | null;
}

/** Files of folders and archives that were not taken for films, by why not. */
export interface LeftOut {
  /** A code: `not-a-film`, or what else the file is. */
  readonly reason: string;
  readonly files: number;
}

/** What holds for every film of an export. */
export interface Origin {
  readonly model: string;
  /** SHA-256 of the bundle's metadata.json. */
  readonly model_sha256: string;
  readonly precision: string;
  readonly app_version: string;
  readonly disclaimer: string;
}

export function originOf({ version }: Site, { name, sha256, precision, disclaimer }: Model): Origin {
  return { model: name, model_sha256: sha256, precision, app_version: version, disclaimer };
}

/** A refused film has a score and a reason, and no reading: the page shows none either. */
export function recordOf({ name, status, reason, decided, date, message, mark, study = null }: Recorded): FilmRecord {
  const read = status === "done" ? decided : null;
  return {
    file: name,
    status,
    reason,
    message,
    reading: read?.label ?? null,
    operating_point: read?.operating_point ?? null,
    threshold: read?.threshold ?? null,
    zone: read?.zone ?? null,
    indeterminate_zone: read?.indeterminate_zone ?? null,
    population: decided?.population ?? null,
    by_population: (read?.by_population ?? []).map(({ population, label, probability, threshold, zone }) => ({
      population, reading: label, probability, threshold, zone,
    })),
    classes: (read?.probabilities ?? []).map((one, index) => ({ ...one, logit: read!.logit[index]! })),
    ood_score: decided?.ood_score ?? null,
    seen: decided?.seen ?? null,
    expected: decided?.expected ?? null,
    overridden: decided?.overridden ?? false,
    turn: decided?.turn ?? null,
    width: decided?.width ?? null,
    height: decided?.height ?? null,
    milliseconds: decided?.milliseconds ?? null,
    backend: decided?.backend ?? null,
    date: date?.toISOString() ?? null,
    ...mark,
    study,
  };
}

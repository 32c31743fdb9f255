// How many films there are of each kind: kept as films change, never counted anew.

import type { Status } from "../../shared/reading.ts";

/** What a film counts as: still to come, not read, in between, or read as a class. */
export type Group = "waiting" | "refused" | "failed" | "indeterminate" | `class:${string}`;

/** What of a film is counted. */
export interface Counted {
  readonly status: Status;
  /** Null unless it was read. */
  readonly reading: { readonly label: string | null; readonly zone: string | null } | null;
}

export function groupOf({ status, reading }: Counted): Group {
  if (status === "refused") return "refused";
  if (status === "error") return "failed";
  if (status !== "done" || reading === null) return "waiting";
  return reading.zone === "indeterminate" ? "indeterminate" : `class:${reading.label}`;
}

export class Tally {
  readonly #groups = new Map<Counted, Group>();
  readonly #counts = new Map<Group, number>();

  get films(): number {
    return this.#groups.size;
  }

  get finished(): number {
    return this.films - this.count("waiting");
  }

  count(group: Group): number {
    return this.#counts.get(group) ?? 0;
  }

  groupOf(film: Counted): Group | undefined {
    return this.#groups.get(film);
  }

  /** Counts a film as what it is now. */
  put(film: Counted): void {
    this.remove(film);
    const group = groupOf(film);
    this.#groups.set(film, group);
    this.#counts.set(group, this.count(group) + 1);
  }

  remove(film: Counted): void {
    const group = this.#groups.get(film);
    if (group === undefined) return;
    this.#groups.delete(film);
    this.#counts.set(group, this.count(group) - 1);
  }
}

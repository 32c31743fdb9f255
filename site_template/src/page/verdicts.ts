// What the self-check found on this device, kept for the next visit: one case is then enough, and only on the backend that was right.

import { BACKENDS } from "../shared/backend.ts";
import type { Known } from "../shared/protocol.ts";
import type { Model, Site } from "../shared/site.ts";

const KEY = "plainfilm-checked";
/** No film takes so long, in milliseconds: what says so is damaged. */
const MOST_MILLISECONDS = 60_000;

interface Verdict extends Known {
  /** Of what it holds for: anything else is checked anew. */
  readonly of: string;
}

/** Null where nothing is kept of these very files in this very browser, or what is kept is damaged, or cannot be had. */
export function knownOf(site: Site, model: Model): Known | null {
  const verdict = kept()[model.name] as Partial<Verdict> | null | undefined;
  const of = ofWhat(site, model);
  if (of === null || typeof verdict !== "object" || verdict === null || verdict.of !== of) return null;
  const { backend, milliseconds } = verdict;
  const isRight = BACKENDS.some((one) => one === backend) && typeof milliseconds === "number" && milliseconds > 0 && milliseconds < MOST_MILLISECONDS;
  return isRight ? { backend: backend!, milliseconds } : null;
}

/** Null: whatever is kept of this model is forgotten. */
export function keepVerdict(site: Site, model: Model, known: Known | null): void {
  const of = ofWhat(site, model);
  if (of === null) return;
  const { [model.name]: _, ...others } = kept();
  try {
    localStorage.setItem(KEY, JSON.stringify(known === null ? others : { ...others, [model.name]: { of, ...known } }));
  } catch {
    // Then the next visit checks everything, as this one did.
  }
}

/** The bundle, the engine in its worker, its binaries, and the browser; null for a page that is one file, whose parts have no hashes, and on pages of others. */
function ofWhat({ version, worker, source, sha256 }: Site, model: Model): string | null {
  if (worker === null || worker.includes("://") || source.kind !== "http") return null;
  const files = [worker, ...Object.values(source.wasm)].map((address) => sha256[address] ?? address);
  return [version, model.sha256, ...files, navigator.userAgent].join(" ");
}

function kept(): Record<string, unknown> {
  try {
    const all: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return typeof all === "object" && all !== null ? (all as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

// A block of lines for bug reports: the browser, the engine and its checks, times and counts. No film and no file's name is in it.

import type { Trial } from "../../shared/protocol.ts";
import type { Model, Site } from "../../shared/site.ts";
import type { EngineState } from "../reader.ts";
import type { FilmRecord, Recorded } from "./record.ts";

/** What it needs of a film. */
export type ReadFilm = Pick<FilmRecord, "status" | "reason" | "population" | "milliseconds">;

/** The browser, by its own account, and the engine in it. */
export interface Surroundings {
  readonly userAgent: string;
  readonly language: string;
  readonly cores: number;
  readonly screen: string;
  /** `http:`, `file:` … */
  readonly protocol: string;
  /** Milliseconds from the page's start until films could be read; null where they cannot. */
  readonly readyAfter: number | null;
  /** Of the engine; null before it is ready. */
  readonly tensors: number | null;
}

/** In this browser. */
export function diagnosticsHere(site: Site, model: Model, state: EngineState, films: readonly Recorded[], engine: Pick<Surroundings, "readyAfter" | "tensors">): string {
  const around = {
    ...engine, userAgent: navigator.userAgent, language: navigator.language, cores: navigator.hardwareConcurrency,
    screen: `${innerWidth}×${innerHeight} at ${devicePixelRatio}`, protocol: location.protocol,
  };
  return diagnosticsOf(site, model, state, films.map(shortOf), around);
}

function shortOf({ status, reason, decided }: Recorded): ReadFilm {
  return { status, reason, population: decided?.population ?? null, milliseconds: decided?.milliseconds ?? null };
}

export function diagnosticsOf(
  site: Site, model: Model, state: EngineState, films: readonly ReadFilm[], around: Surroundings,
): string {
  const times = films.flatMap(({ milliseconds }) => (milliseconds === null ? [] : [milliseconds])).sort((a, b) => a - b);
  const counts = new Map<string, number>();
  for (const { status, reason } of films) {
    const kind = reason === null ? status : `${status} (${reason})`;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const lines: [string, string][] = [
    ["page", `Plainfilm ${site.version}, ${site.worker === null ? "standalone.html" : "index.html"} over ${around.protocol}`],
    ["model", `${model.name}, ${model.precision}, SHA-256 ${model.sha256}`],
    ...(model.populations.length > 0 ? [["populations", populationLine(model, films)] as [string, string]] : []),
    ["browser", around.userAgent],
    ["device", `${around.cores} cores, screen ${around.screen}, language ${around.language}`],
    ["engine", engineLine(state, around)],
    ...("trials" in state ? state.trials : []).map((trial): [string, string] => [`check ${trial.backend}`, trialLine(trial)]),
    ["films", [...counts].map(([kind, count]) => `${count} ${kind}`).join(", ") || "none"],
  ];
  if (times.length > 0) {
    const [median, longest] = [times[Math.floor(times.length / 2)]!, times.at(-1)!];
    lines.push(["time for one film", `median ${median.toFixed(0)} ms, longest ${longest.toFixed(0)} ms`]);
  }
  return lines.map(([name, value]) => `${name}: ${value}\n`).join("");
}

/** How many films were read as whose. */
function populationLine({ populations }: Model, films: readonly ReadFilm[]): string {
  const names = ["", ...populations.map(({ name }) => name)];
  return names.map((name) => `${films.filter(({ population }) => population === name).length} ${name || "not said"}`).join(", ");
}

function engineLine(state: EngineState, { readyAfter, tensors }: Surroundings): string {
  if (state.status === "failed") return `failed: ${state.problem}`;
  if (state.status !== "ready") return state.status;
  const after = readyAfter === null ? "" : ` after ${readyAfter.toFixed(0)} ms`;
  return `${state.backend}, ready${after}, ${tensors ?? "no"} tensors`;
}

function trialLine({ milliseconds, problem }: Trial): string {
  if (problem !== null) return `passed over: ${problem}`;
  return milliseconds === null ? "not tried" : `every parity case right, ${milliseconds.toFixed(1)} ms`;
}

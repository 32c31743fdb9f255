// The second engine for a long batch: workers of LiteRT.js, which read in the place of all others where they are right and faster here.

import type { PageCalls } from "../shared/protocol.ts";
import type { Handlers } from "../shared/remote.ts";
import { selfCheckOf, type Reads, type Ready } from "./film_call.ts";
import { patienceOf } from "./patience.ts";
import type { Pool, Seat } from "./pool.ts";
import type { start } from "./start.ts";
import { WorkerLost } from "./watched_worker.ts";

export interface First extends Reads {
  /** What reads so far. */
  readonly worker: Seat["worker"];
  readonly handlers: Handlers<PageCalls>;
  readonly start: typeof start;
  readonly onState: (state: Ready) => void;
}

/** Share of the first engine's time in the network that it saves, at least: a quarter, on the devices where it is worth anything (docs/performance.md). */
const GAIN = 0.25;
/** Milliseconds that it must save: what its 5 MB and more take to come at 9 Mbit/s, and it to start. */
const PAYS = 6000;
/** It must take less than this share of the first engine's time, or it is not used. */
const FASTER = 0.9;
/** So often is that asked, with so many milliseconds between. */
const [TIMES, BETWEEN] = [4, 500];
/** A film whose worker is taken away had no part in it, and is read by another. */
const REPLACED = new WorkerLost("failed", false, "another engine reads");

/** Workers that were tried with it: once each. A first that takes another's place tries it anew. */
const tried = new WeakSet<Seat["worker"]>();

/** Whether so many films are worth its bytes, on so many workers, where one takes the first engine so many milliseconds. */
export function pays(waiting: number, milliseconds: number, workers: number, atLeast = PAYS): boolean {
  return (waiting * milliseconds * GAIN) / workers >= atLeast;
}

/** To be told how many films wait: tries the second engine where that pays. What came of it is said by `onState`, beside the self-check of the first. */
export function second(pool: Pool, first: First, waiting: number): void {
  const { site, model, loaded, worker, onState } = first;
  if (!model.has_litert || !pool.isPossible || tried.has(worker)) return;
  if (!isForced() && (isSaving() || !pays(waiting, selfCheckOf(loaded), pool.width, site.pool?.pays))) return;
  const say = (milliseconds: number | null, problem: string | null): void =>
    onState({ ...loaded, trials: [...loaded.trials, { backend: "litert", milliseconds, problem }] });
  let isKnown = false;
  const open = async (signal: AbortSignal): Promise<Seat["worker"]> => {
    try {
      const opened = await another(first, signal, isKnown);
      if (!isKnown) say(await compared(worker, opened), null);
      isKnown = true;
      return opened;
    } catch (error) {
      if (!signal.aborted) say(null, error instanceof Error ? error.message : String(error));
      throw error;
    }
  };
  if (pool.replace(open, REPLACED)) tried.add(worker);
}

/** Out of the first one's files, and its own by the network. It gives Python's numbers, or is none. */
async function another({ site, model, worker, handlers, start }: First, signal: AbortSignal, isBrief: boolean): Promise<Seat["worker"]> {
  const all = await worker.call("files", null, { signal, patience: () => patienceOf(site.film_patience).answer });
  const files = all.filter(({ path }) => path === "bundle/metadata.json" || path.startsWith("bundle/parity"));
  const wanted = { engine: "litert", backends: ["litert"], lastResort: [], files, shares: false, isBrief, known: null } as const;
  return (await start({ site, model, wanted, handlers, afresh: false, signal, onLoading: () => {} })).worker;
}

/**
 * Milliseconds that a film takes the second's network. Throws where the first is as fast, time and again: both are timed now, with
 * whatever else the machine does, and browsers compile what runs often better while it runs.
 */
async function compared(first: Seat["worker"], opened: Seat["worker"]): Promise<number> {
  try {
    for (let time = 1; ; time += 1) {
      const [before, milliseconds] = await Promise.all([first, opened].map((worker) => worker.call("pace", null, {}))) as [number, number];
      if (milliseconds < FASTER * before || isForced()) return milliseconds;
      if (time === TIMES) throw new Error(`right, and no faster: ${milliseconds.toFixed(1)} ms for what takes ${before.toFixed(1)} ms`);
      await new Promise((resolve) => setTimeout(resolve, BETWEEN));
    }
  } catch (error) {
    opened.end(error as Error);
    throw error;
  }
}

/** `?backend=litert`: as soon as films wait, and however fast it is; for tests and bug reports. */
function isForced(): boolean {
  return new URLSearchParams(location.search).get("backend") === "litert";
}

/** Whether the visitor has asked browsers to save data; Chromium's say so. */
function isSaving(): boolean {
  return (navigator as { readonly connection?: { readonly saveData?: boolean } }).connection?.saveData === true;
}

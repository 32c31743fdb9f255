// One start, from nothing to a worker that reads, or to the reason why there is none: it ends, whatever does not answer.

import type { Backend } from "../shared/backend.ts";
import type { Loaded, Loading, PageCalls, ReadingCalls, Trial } from "../shared/protocol.ts";
import type { Handlers } from "../shared/remote.ts";
import type { Model, Site } from "../shared/site.ts";
import { StartError } from "../shared/start_error.ts";
import { patienceOf } from "./patience.ts";
import { PATIENCE_SECONDS, StartPatience, type Stage } from "./start_patience.ts";
import { handOver, openWorker, type Handing } from "./start_worker.ts";
import { WatchedWorker } from "./watched_worker.ts";

export interface Started {
  readonly worker: WatchedWorker<ReadingCalls, PageCalls>;
  readonly loaded: Loaded & { readonly status: "ready" };
}

export interface Starting {
  readonly site: Site;
  readonly model: Model;
  readonly wanted: Handing;
  readonly handlers: Handlers<PageCalls>;
  /** After a start that came to nothing. */
  readonly afresh: boolean;
  readonly signal: AbortSignal;
  readonly onLoading: (loading: Loading) => void;
}

/** Nothing can be read; with the backends that were tried. */
export class StartFailure extends StartError {
  readonly trials: readonly Trial[];

  constructor({ problem, message, file }: StartError, trials: readonly Trial[]) {
    super(problem, message, file);
    this.trials = trials;
  }
}

/** A stage that gave no sign of life for as long as it is waited for. */
class Silence extends StartError {
  readonly stage: Stage;

  constructor(stage: Stage) {
    super(stage === "network" ? "silent" : stage === "worker" ? "no-worker" : "no-backend", `${stage}: no sign of life for ${PATIENCE_SECONDS[stage]} seconds`);
    this.stage = stage;
  }
}

/** A backend that does not settle takes its worker with it, and another worker tries the rest. Throws a StartFailure, or what `signal` aborts with. */
export async function start(starting: Starting): Promise<Started> {
  const lost: Trial[] = [];
  let { backends } = starting.wanted;
  for (;;) {
    try {
      const started = await attempt({ ...starting, wanted: { ...starting.wanted, backends } });
      if (started instanceof StartFailure) throw new StartFailure(started, [...lost, ...started.trials]);
      return { ...started, loaded: { ...started.loaded, trials: [...lost, ...started.loaded.trials] } };
    } catch (error) {
      if (starting.signal.aborted || error instanceof StartFailure) throw error;
      const problem = error instanceof StartError ? error : new StartError("no-worker", String(error));
      const stuck = problem instanceof Silence ? backends.find((backend) => backend === problem.stage) : undefined;
      if (stuck === undefined) throw new StartFailure(problem, lost);
      lost.push({ backend: stuck, milliseconds: null, problem: problem.message });
      backends = backends.filter((backend) => backend !== stuck);
      if (backends.length === 0) throw new StartFailure(problem, lost);
    }
  }
}

async function attempt({ site, model, wanted, handlers, afresh, signal, onLoading }: Starting): Promise<Started | StartFailure> {
  const giveUp = new AbortController();
  let preparing: Backend | null = null;
  // A worker that says nothing of its files may be kept by the backend that it gets ready meanwhile.
  const patience = new StartPatience(site.patience ?? 1, (stage) => giveUp.abort(new Silence(stage === "network" || stage === "decoding" ? (preparing ?? stage) : stage)));
  const either = giveUp.signal;
  const end = (): void => giveUp.abort(signal.reason);
  signal.addEventListener("abort", end);
  const over = new Promise<never>((_, reject) => either.addEventListener("abort", () => reject(either.reason as Error)));
  over.catch(() => {});
  let worker: Started["worker"] | null = null;
  try {
    const opened = await Promise.race([over, openWorker(site, wanted.engine ?? "worker", { signal: either, afresh, progress: (stage) => patience.expect(stage) })]);
    worker = new WatchedWorker<ReadingCalls, PageCalls>(opened, handlers, patienceOf(site.film_patience).stopped);
    worker.onLost = ({ message }) => giveUp.abort(new StartError("no-worker", message));
    const report = (loading: Loading): void => {
      patience.expect(loading.status === "loading" ? "network" : (loading.backend ?? "decoding"));
      onLoading(loading);
    };
    patience.expect("worker");
    const onPreparing = (backend: Backend | null): void => void (preparing = backend);
    const loaded = await Promise.race([over, handOver(site, model, wanted, worker, { signal: either, onReport: report, onPreparing })]);
    if (loaded.status === "failed") throw new StartFailure(new StartError(loaded.why, loaded.problem, loaded.file), loaded.trials);
    return { worker, loaded };
  } catch (error) {
    worker?.end(new DOMException("the start was given up", "AbortError"));
    if (error instanceof StartFailure) return error;
    throw error;
  } finally {
    patience.end();
    signal.removeEventListener("abort", end);
  }
}

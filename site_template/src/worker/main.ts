// The worker: loads the bundle, chooses a backend, then reads films one after another.

import { loadBundle, type Bundle } from "../engine/bundle.ts";
import type { Engine } from "../engine/engine.ts";
import type { FromWorker, ToWorker } from "../shared/protocol.ts";
import { choose } from "./choose.ts";
import { heatMap, read } from "./read.ts";
import { filesOf } from "./source.ts";

const page = globalThis as unknown as Pick<MessagePort, "postMessage" | "onmessage">;
const say = (message: FromWorker): void => page.postMessage(message);

const embedded = new Map<string, string>();
const running = new Map<number, AbortController>();
let loaded: { readonly bundle: Bundle; readonly engine: Engine } | null = null;
// Films take turns: two at once would be slower for both and need twice the memory.
let turn: Promise<void> = Promise.resolve();

page.onmessage = ({ data }: MessageEvent<ToWorker>): void => {
  switch (data.type) {
    case "embedded":
      embedded.set(data.path, data.base64);
      break;
    case "load":
      turn = load(data);
      break;
    case "abort":
      running.get(data.id)?.abort();
      break;
    case "read": {
      const { id, picture } = data;
      takeTurn(id, async (bundle, engine, signal) => {
        const finding = await read(bundle, engine, picture, signal);
        say({ type: "finding", id, finding, tensors: engine.tensors() });
      });
      break;
    }
    case "heatmap": {
      const { id, picture } = data;
      takeTurn(id, async (bundle, engine) => {
        say({ type: "heatmap", id, heatMap: await heatMap(bundle, engine, picture) });
      });
    }
  }
};

async function load({ source, backends }: ToWorker & { type: "load" }): Promise<void> {
  try {
    const files = filesOf(source, embedded);
    const bundle = await loadBundle(files.bundle, (share) => say({ type: "progress", share }));
    say({ type: "checking" });
    const { engine, trials } = await choose(bundle, backends, files.wasm);
    embedded.clear();
    if (engine === null) {
      const problem = trials.map((trial) => `${trial.backend}: ${trial.problem ?? ""}`).join("; ");
      say({ type: "failed", problem, trials });
    } else {
      loaded = { bundle, engine };
      say({ type: "ready", backend: engine.backend, trials, tensors: engine.tensors() });
    }
  } catch (error) {
    say({ type: "failed", problem: error instanceof Error ? error.message : String(error), trials: [] });
  }
}

/** Runs a task when the ones before it are done, unless it was aborted by then. */
function takeTurn(id: number, task: (bundle: Bundle, engine: Engine, signal: AbortSignal) => Promise<void>): void {
  const controller = new AbortController();
  running.set(id, controller);
  turn = turn.then(async () => {
    try {
      controller.signal.throwIfAborted();
      if (loaded === null) throw new Error("the engine is not usable");
      await task(loaded.bundle, loaded.engine, controller.signal);
    } catch (error) {
      if (!controller.signal.aborted) console.error(error);
      say({ type: "aborted", id });
    } finally {
      running.delete(id);
    }
  });
}

// The worker: loads the bundle, chooses a backend, then reads films one after another.

import { loadBundle, type Bundle } from "../engine/bundle.ts";
import type { Engine } from "../engine/engine.ts";
import { readsBlobs, toBitmap, type ToBitmap } from "../image/bitmap.ts";
import type { FromWorker, ToWorker } from "../shared/protocol.ts";
import { choose } from "./choose.ts";
import { PageBitmaps } from "./page_bitmaps.ts";
import { heatMap, read } from "./read.ts";
import { filesOf } from "./source.ts";

interface Loaded {
  readonly bundle: Bundle;
  readonly engine: Engine;
  readonly toBitmap: ToBitmap;
}

const page = globalThis as unknown as Pick<MessagePort, "postMessage" | "onmessage">;
const say = (message: FromWorker, transfer: Transferable[] = []): void => page.postMessage(message, transfer);

const pageBitmaps = new PageBitmaps(say);
const embedded = new Map<string, string>();
const running = new Map<number, AbortController>();
let loaded: Loaded | null = null;
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
    case "decoded":
      pageBitmaps.hear(data);
      break;
    case "abort":
      running.get(data.id)?.abort();
      break;
    case "read": {
      const { id, picture } = data;
      takeTurn(id, async ({ bundle, engine, toBitmap }, signal) => {
        const finding = await read(bundle, engine, picture, toBitmap, signal);
        say({ type: "finding", id, finding, tensors: engine.tensors() });
      });
      break;
    }
    case "heatmap": {
      const { id, picture } = data;
      takeTurn(id, async ({ bundle, engine, toBitmap }) => {
        say({ type: "heatmap", id, heatMap: await heatMap(bundle, engine, picture, toBitmap) });
      });
    }
  }
};

async function load({ source, backends }: ToWorker & { type: "load" }): Promise<void> {
  try {
    const files = filesOf(source, embedded);
    const bundle = await loadBundle(files.bundle, (share) => say({ type: "progress", share }));
    say({ type: "checking" });
    const ownBitmaps = await readsBlobs();
    const decoder = ownBitmaps ? toBitmap : pageBitmaps.toBitmap;
    const { engine, trials } = await choose(bundle, backends, files.wasm, decoder);
    embedded.clear();
    if (engine === null) {
      const problem = trials.map((trial) => `${trial.backend}: ${trial.problem ?? ""}`).join("; ");
      say({ type: "failed", problem, trials });
    } else {
      loaded = { bundle, engine, toBitmap: decoder };
      say({ type: "ready", backend: engine.backend, trials, tensors: engine.tensors(), readsBlobs: ownBitmaps });
    }
  } catch (error) {
    say({ type: "failed", problem: error instanceof Error ? error.message : String(error), trials: [] });
  }
}

/** Runs a task when the ones before it are done, unless it was aborted by then. */
function takeTurn(id: number, task: (loaded: Loaded, signal: AbortSignal) => Promise<void>): void {
  const controller = new AbortController();
  running.set(id, controller);
  turn = turn.then(async () => {
    try {
      controller.signal.throwIfAborted();
      if (loaded === null) throw new Error("the engine is not usable");
      await task(loaded, controller.signal);
    } catch (error) {
      if (!controller.signal.aborted) console.error(error);
      say({ type: "aborted", id });
    } finally {
      running.delete(id);
    }
  });
}

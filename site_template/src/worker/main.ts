// The worker: loads the bundle, chooses a backend, then reads films one after another.

import { loadBundle, predictionsOf, type Bundle } from "../bundle/bundle.ts";
import type { Engine } from "../engine/engine.ts";
import { readsBlobs, toBitmap } from "../image/bitmap.ts";
import { decode, type Decoders } from "../image/decode.ts";
import { preview } from "../image/preview.ts";
import type { FromWorker, ToWorker } from "../shared/protocol.ts";
import { choose } from "./choose.ts";
import { PageBitmaps } from "./page_bitmaps.ts";
import { PageFormats } from "./page_formats.ts";
import { heatMap, read } from "./read.ts";
import { filesOf } from "./source.ts";

interface Loaded {
  readonly bundle: Bundle;
  readonly engine: Engine;
  readonly decoders: Decoders;
}

const page = globalThis as unknown as Pick<MessagePort, "postMessage" | "onmessage">;
const say = (message: FromWorker, transfer: Transferable[] = []): void => page.postMessage(message, transfer);

const pageBitmaps = new PageBitmaps(say);
const pageFormats = new PageFormats(say);
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
    case "opened":
      pageFormats.hear(data);
      break;
    case "predictions":
      say({ type: "predictions", id: data.id, predictions: loaded === null ? null : predictionsOf(loaded.bundle) });
      break;
    case "abort":
      running.get(data.id)?.abort();
      break;
    case "read": {
      const { id, picture, anyway } = data;
      takeTurn(id, async ({ bundle, engine, decoders }, signal) => {
        const finding = await read(bundle, engine, picture, decoders, anyway, signal);
        say({ type: "finding", id, finding, tensors: engine.tensors() });
      });
      break;
    }
    case "heatmap": {
      const { id, picture } = data;
      takeTurn(id, async ({ bundle, engine, decoders }) => {
        say({ type: "heatmap", id, heatMap: await heatMap(bundle, engine, picture, decoders) });
      });
      break;
    }
    case "preview": {
      const { id, picture, window } = data;
      takeTurn(id, async ({ decoders }) => {
        say({ type: "preview", id, preview: await decode(picture, decoders, window).then(preview).catch(() => null) });
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
    const decoders = { toBitmap: ownBitmaps ? toBitmap : pageBitmaps.toBitmap, open: pageFormats.open };
    const { engine, trials } = await choose(bundle, backends, files.wasm, decoders);
    embedded.clear();
    if (engine === null) {
      const problem = trials.map((trial) => `${trial.backend}: ${trial.problem ?? ""}`).join("; ");
      say({ type: "failed", problem, trials });
    } else {
      loaded = { bundle, engine, decoders };
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

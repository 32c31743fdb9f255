// A reading worker: loads the bundle, chooses a backend, then reads films one after another.

import { loadBundle, predictionsOf, type Bundle } from "../bundle/bundle.ts";
import { isNeededFirst, shortPictures } from "../bundle/short.ts";
import type { Engine, EngineKind } from "../engine/engine.ts";
import { readsBlobs, toBitmap, type ToBitmap } from "../image/bitmap.ts";
import type { BundleMetadata } from "../shared/metadata.ts";
import type { Come, Failed, HeatMap, KeptFile, Loaded, Loading, PageCalls, ReadingCalls, Source, Trial } from "../shared/protocol.ts";
import { ReadingError } from "../shared/reading.ts";
import { HERE, Remote, type Port } from "../shared/remote.ts";
import { StartError } from "../shared/start_error.ts";
import { choose } from "./choose.ts";
import { occlusionMap } from "./occlusion.ts";
import { heatMap, inputOf, pace, read } from "./read.ts";
import { filesOf, recorded, type Files } from "./source.ts";

interface Model {
  readonly bundle: Bundle;
  readonly engine: Engine;
  readonly toBitmap: ToBitmap;
}

/** What the page has handed over. */
const held = new Map<string, KeptFile["content"]>();
/** What it was loaded from, where another worker may want it. */
const shared = new Map<string, Uint8Array<ArrayBuffer>>();
let engines: readonly EngineKind[] = [];
let model: Model | null = null;
// Films take turns: two at once would be slower for both and need twice the memory.
let turn: Promise<unknown> = Promise.resolve();

const page = new Remote<PageCalls, ReadingCalls>(globalThis as unknown as Port, {
  keep: ({ path, content }) => void held.set(path, content),
  prepare: async ({ backend, source }) => void (await Promise.all(engines.map((engine) => engine.prepare(backend, filesHere(source).wasm)))),
  load: (input, { report }) => load(input, report).catch((error: unknown) => failed(error)),
  read: ({ picture, ...how }, { signal, report }) =>
    inTurn(signal, async ({ bundle, engine, toBitmap }) => {
      const came = await read(bundle, engine, picture, toBitmap, how, signal, report);
      return { ...came, tensors: engine.tensors() };
    }),
  heatMap: (input, { signal, report }) => anyHeatMap(input, signal, report).catch((error: unknown) => { throw ofEngine(error); }),
  pace: (_, { signal }) => inTurn(signal, ({ bundle, engine }) => pace(bundle, engine)),
  files: () => [...shared].map(([path, content]) => ({ path, content })),
  predictions: () => predictionsOf(loaded().bundle),
});

let files: Files | null = null;

function filesHere(source: Source): Files {
  return (files ??= recorded(filesOf(source, held), shared));
}

/** Works on a film when the calls before it are answered, unless it was aborted by then. */
function inTurn<T>(signal: AbortSignal, work: (model: Model) => Promise<T>): Promise<T> {
  const done = turn.then(() => {
    signal.throwIfAborted();
    return work(loaded());
  });
  turn = done.catch(() => {}); // the page says what failed
  return done;
}

/** The graph's own, or one by covering the film bit by bit: other films have their turns between the bits. */
async function anyHeatMap({ picture, turn: turned }: ReadingCalls["heatMap"]["input"], signal: AbortSignal, report: (come: Come) => void): Promise<HeatMap> {
  const input = await inTurn(signal, ({ bundle, toBitmap }) => inputOf(bundle, picture, turned, toBitmap, report));
  const { bundle, engine } = loaded();
  if (engine.has("heatmap")) return inTurn(signal, () => heatMap(bundle, engine, input));
  const logits = (film: Float32Array): Promise<Float32Array> =>
    inTurn(signal, async () => (await engine.run(film, 1, ["logit"])).get("logit")!.data);
  return occlusionMap(bundle.metadata, input, logits, (share) => report({ share }));
}

/** What makes the page replace the engine: anything but a picture that cannot be opened, and an abort. */
function ofEngine(error: unknown): unknown {
  if (error instanceof ReadingError || error instanceof DOMException) return error;
  return new ReadingError("engine-failed", error instanceof Error ? error.message : String(error));
}

/** The page calls for films only once the model is loaded. */
function loaded(): Model {
  if (model === null) throw new Error("the engine is not usable");
  return model;
}

async function load({ source, sha256, shares, ...wanted }: ReadingCalls["load"]["input"], report: (loading: Loading) => void): Promise<Loaded> {
  report({ status: "loading", share: 0 }); // alive: what is waited for from now on is the network
  const files = filesHere(source);
  const asked = readsBlobs();
  const isFirst = (path: string, metadata: BundleMetadata): boolean => isNeededFirst(path, shortPictures(metadata)) && engines.some((engine) => engine.wants(path));
  const bundle = await loadBundle(files.bundle, (share) => report({ status: "loading", share }), sha256, isFirst);
  for (const { path } of bundle.metadata.files) if (isFirst(path, bundle.metadata)) held.delete(`bundle/${path}`);
  report({ status: "checking", backend: null });
  const ownBitmaps = await asked;
  const decoder = ownBitmaps ? toBitmap : bitmapOfPage;
  const { engine, trials, problem } = await choose(bundle, engines, wanted, files.wasm, decoder, (backend) => report({ status: "checking", backend }));
  held.forEach((_, path) => path.startsWith("wasm/") && held.delete(path));
  if (!shares) shared.clear();
  if (engine === null) {
    const said = trials.map((trial) => `${trial.backend}: ${trial.problem ?? ""}`).join("; ");
    return failed(new StartError(problem?.problem ?? "no-backend", said, problem?.file), trials);
  }
  model = { bundle, engine, toBitmap: decoder };
  return { status: "ready", backend: engine.backend, trials, tensors: engine.tensors(), readsBlobs: ownBitmaps };
}

function failed(error: unknown, trials: readonly Trial[] = []): Failed {
  const { problem, file } = error instanceof StartError ? error : new StartError("no-backend", "");
  return { status: "failed", why: problem, file, problem: error instanceof Error ? error.message : String(error), trials };
}

/** Has the page make the bitmap, for a worker that cannot read a Blob (image/bitmap.ts). The bytes stay the caller's. */
function bitmapOfPage(bytes: Uint8Array<ArrayBuffer>): Promise<ImageBitmap> {
  const copy = bytes.slice();
  return page.call("bitmap", copy, { transfer: [copy.buffer] });
}

/** Called once, by the worker's script: `kinds` are the engines that it has. */
export function serve(kinds: readonly EngineKind[]): void {
  engines = kinds;
  postMessage(HERE);
}

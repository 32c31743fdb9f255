// The page's side of the reading worker: films go in, findings come out.

import { toBitmap } from "../image/bitmap.ts";
import type { Backend } from "../shared/backend.ts";
import type { GreyWindow } from "../shared/grey_window.ts";
import type { Failed, HeatMap, Loaded, Loading, PageCalls, Picture, ReadingCalls } from "../shared/protocol.ts";
import type { BundlePredictions } from "../shared/predictions.ts";
import type { Finding } from "../shared/reading.ts";
import { buffersOf as buffersOfFilm } from "../shared/film.ts";
import { Transferred, type Remote } from "../shared/remote.ts";
import type { Model, Site } from "../shared/site.ts";
import { isForFormats, type FormatsWorker } from "./formats_worker.ts";
import { start, StartFailure } from "./start.ts";
import { wantedBackends } from "./start_worker.ts";

type Ready = Loaded & { readonly status: "ready" };

export type EngineState = Loading | Ready | Failed;

export interface HeatMapOptions {
  readonly signal?: AbortSignal;
  readonly onShare?: (share: number) => void;
}

interface Running {
  readonly worker: Worker;
  readonly remote: Remote<ReadingCalls, PageCalls>;
  readonly model: Model;
  readonly loaded: Ready;
}

export class Reader {
  readonly #formats: FormatsWorker;
  #failed = false;
  readonly #onState: (state: EngineState) => void;
  readonly #onTensors: (tensors: number) => void;
  #running: Running | null = null;
  /** What read before another model was chosen, until that one reads: the way back needs no network. */
  #before: Running | null = null;
  #starting = new AbortController();
  #workerReadsBlobs = true;
  #ready!: Promise<Backend>;
  #start: (backend: Backend) => void = () => {};
  #refuse: (error: Error) => void = () => {};

  constructor(formats: FormatsWorker, onState: (state: EngineState) => void, onTensors: (tensors: number) => void) {
    this.#formats = formats;
    this.#onState = onState;
    this.#onTensors = onTensors;
    this.#promise();
  }

  /** Whether the last start came to nothing, so that another may help. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Resolves when films can be read; rejects, with the reason, when they cannot. Another promise with every model. */
  get ready(): Promise<Backend> {
    return this.#ready;
  }

  /**
   * Reads with this model from now on, on the first of `backends` that is right. Open calls are rejected. What read before ends
   * when this model reads; where it cannot be started, that is taken again by another call.
   */
  async load(site: Site, model: Model, backends: readonly Backend[] = wantedBackends()): Promise<void> {
    this.#putAside(new DOMException("another model was chosen", "AbortError"));
    const mine = (this.#starting = new AbortController());
    this.#promise();
    this.#failed = false;
    if (this.#before?.model === model && backends.includes(this.#before.loaded.backend)) return this.#begin(this.#before);
    this.#onState({ status: "loading", share: 0 });
    try {
      const started = await start({ site, model, backends, handlers: { bitmap }, signal: mine.signal, onLoading: (state) => this.#onState(state) });
      if (mine.signal.aborted) started.worker.terminate();
      else this.#begin({ ...started, model });
    } catch (error) {
      if (mine.signal.aborted) return; // another model was chosen meanwhile
      const { problem: why, file, message: problem, trials } = error as StartFailure;
      this.#giveUp({ status: "failed", why, file, problem, trials });
    }
  }

  /**
   * Reads a film after the ones before it; `anyway` also what would be refused. Rejects when the engine is not usable or
   * `signal` aborts.
   */
  async read(picture: Blob | ImageBitmap, anyway: boolean, signal?: AbortSignal): Promise<Finding> {
    const { finding, tensors } = await this.#call("read", picture, (sendable) => ({ picture: sendable, anyway }), signal);
    this.#onTensors(tensors);
    return finding;
  }

  /** The heat map of a film. Where the graph has none of its own, it takes as long as many readings, and `onShare` is told how far it is. */
  heatMap(picture: Blob | ImageBitmap, { signal, onShare }: HeatMapOptions = {}): Promise<HeatMap> {
    return this.#call("heatMap", picture, (sendable) => sendable, signal, onShare);
  }

  /** A film as a picture, where the browser cannot show all that is in its file; null where it can, or the file cannot be opened. */
  preview(picture: Blob, window: GreyWindow | null = null): Promise<Blob | null> {
    return this.#formats.preview(picture, window);
  }

  /** What the bundle's network predicts of the films it was measured on; null for a bundle without predictions. */
  async predictions(): Promise<BundlePredictions | null> {
    await this.ready;
    return this.#running!.remote.call("predictions", null);
  }

  async #call<Name extends "read" | "heatMap">(
    name: Name, given: Blob | ImageBitmap, inputOf: (sendable: Picture) => ReadingCalls[Name]["input"], signal?: AbortSignal,
    onReport?: (report: number) => void,
  ): Promise<ReadingCalls[Name]["answer"]> {
    await this.ready;
    const { remote, model } = this.#running!; // of the model that is chosen now, though another may be when the film is opened
    const picture = await this.#sendable(given, model, signal);
    return remote.call(name, inputOf(picture), { signal, transfer: buffersOf(picture), ...(onReport && { onReport }) });
  }

  /** What cannot be read here cannot be read by the worker either, which reports it. */
  async #sendable(given: Blob | ImageBitmap, { in_colour: inColour }: Model, signal?: AbortSignal): Promise<Picture> {
    if (!(given instanceof Blob)) return given;
    if (await isForFormats(given)) return this.#formats.open(given, inColour, signal);
    if (this.#workerReadsBlobs) return given;
    return given.arrayBuffer().then((bytes) => new Uint8Array(bytes), () => given);
  }

  /** Ends the worker, and its engine with it; open calls are rejected. Nothing is read until the next `load`. */
  end(): void {
    this.#putAside(new DOMException("the reader was ended", "AbortError"));
    this.#forgetBefore();
  }

  #begin(running: Running): void {
    if (this.#before !== running) this.#forgetBefore();
    this.#before = null;
    this.#running = running;
    const { worker, loaded } = running;
    worker.onerror = ({ message }) => {
      if (this.#before === running) this.#forgetBefore();
      else this.#giveUp({ status: "failed", why: "no-worker", file: "", problem: message || "the worker ended", trials: loaded.trials });
    };
    this.#workerReadsBlobs = loaded.readsBlobs;
    this.#onState(loaded);
    this.#onTensors(loaded.tensors);
    this.#start(loaded.backend);
  }

  /** Nothing can be read. */
  #giveUp(failed: Failed): void {
    const error = new Error(failed.problem);
    this.#failed = true;
    if (this.#running !== null) {
      this.#running.worker.terminate();
      this.#running.remote.end(error);
      this.#running = null;
    }
    this.#onState(failed);
    this.#refuse(error);
  }

  #putAside(error: Error): void {
    this.#starting.abort(error);
    this.#refuse(error);
    if (this.#running === null) return;
    this.#running.remote.abandon(error);
    this.#before = this.#running;
    this.#running = null;
  }

  #forgetBefore(): void {
    this.#before?.worker.terminate();
    this.#before?.remote.end(new DOMException("another model reads", "AbortError"));
    this.#before = null;
  }

  #promise(): void {
    this.#ready = new Promise((resolve, reject) => {
      this.#start = resolve;
      this.#refuse = reject;
    });
    this.#ready.catch(() => {}); // shown by onState; whoever awaits `ready` gets it as well
  }
}

async function bitmap(bytes: Uint8Array<ArrayBuffer>): Promise<Transferred<ImageBitmap>> {
  const made = await toBitmap(bytes);
  return new Transferred(made, [made]);
}

function buffersOf(picture: Picture): Transferable[] {
  if (picture instanceof Uint8Array) return [picture.buffer];
  return "film" in picture ? buffersOfFilm(picture.film) : [];
}

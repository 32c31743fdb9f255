// The page's side of the reading worker: films go in, findings come out.

import { toBitmap } from "../image/bitmap.ts";
import type { Backend } from "../shared/backend.ts";
import type { GreyWindow } from "../shared/grey_window.ts";
import type { HeatMap, Loaded, Loading, PageCalls, Picture, ReadingCalls, Trial } from "../shared/protocol.ts";
import type { BundlePredictions } from "../shared/predictions.ts";
import type { Finding } from "../shared/reading.ts";
import { buffersOf as buffersOfFilm } from "../shared/film.ts";
import { Remote, Transferred } from "../shared/remote.ts";
import type { Model, Site } from "../shared/site.ts";
import { isForFormats, type FormatsWorker } from "./formats_worker.ts";
import { handOver, startWorker } from "./start_worker.ts";

export type EngineState =
  | Loading
  | { readonly status: "ready"; readonly backend: Backend; readonly trials: readonly Trial[] }
  | { readonly status: "failed"; readonly problem: string; readonly trials: readonly Trial[] };

export interface HeatMapOptions {
  readonly signal?: AbortSignal;
  readonly onShare?: (share: number) => void;
}

interface Running {
  readonly worker: Worker;
  readonly remote: Remote<ReadingCalls, PageCalls>;
  readonly model: Model;
}

export class Reader {
  readonly #formats: FormatsWorker;
  readonly #onState: (state: EngineState) => void;
  readonly #onTensors: (tensors: number) => void;
  #running: Running | null = null;
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

  /** Resolves when films can be read; rejects, with the reason, when they cannot. Another promise with every model. */
  get ready(): Promise<Backend> {
    return this.#ready;
  }

  /** Reads with this model from now on. The worker before ends, its engine with it, and its open calls are rejected. */
  async load(site: Site, model: Model): Promise<void> {
    this.#end(new DOMException("another model was chosen", "AbortError"));
    this.#promise();
    this.#onState({ status: "loading", share: 0 });
    let running: Running | null = null;
    try {
      const worker = startWorker(site);
      const remote = new Remote<ReadingCalls, PageCalls>(worker, { bitmap });
      this.#running = running = { worker, remote, model };
      worker.onerror = (event) => this.#giveUp(event.message || "the worker could not be started");
      this.#begin(await handOver(site, model, remote, (state) => this.#onState(state)));
    } catch (error) {
      // Where another model was chosen meanwhile, or the worker has failed, that was reported.
      if (this.#running === running) this.#giveUp(error instanceof Error ? error.message : String(error));
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
    this.#end(new DOMException("the reader was ended", "AbortError"));
  }

  #begin(loaded: Loaded): void {
    if (loaded.status === "failed") return this.#giveUp(loaded.problem, loaded.trials);
    const { backend, trials, tensors, readsBlobs } = loaded;
    this.#workerReadsBlobs = readsBlobs;
    this.#onState({ status: "ready", backend, trials });
    this.#onTensors(tensors);
    this.#start(backend);
  }

  /** Nothing can be read. */
  #giveUp(problem: string, trials: readonly Trial[] = []): void {
    this.#onState({ status: "failed", problem, trials });
    this.#end(new Error(problem));
  }

  #end(error: Error): void {
    this.#refuse(error);
    if (this.#running === null) return;
    const { worker, remote } = this.#running;
    this.#running = null;
    worker.onerror = null;
    worker.terminate();
    remote.end(error);
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

// The page's side of the worker: films go in, findings come out, as promises.

import type { Backend } from "../shared/backend.ts";
import { toBitmap } from "../image/bitmap.ts";
import type { GreyWindow } from "../shared/grey_window.ts";
import type { FromWorker, HeatMap, Picture, ToWorker, Trial } from "../shared/protocol.ts";
import type { BundlePredictions } from "../shared/predictions.ts";
import type { Finding } from "../shared/reading.ts";
import type { Formats } from "./formats.ts";

export type EngineState =
  | { readonly status: "loading"; readonly share: number }
  | { readonly status: "checking" }
  | { readonly status: "ready"; readonly backend: Backend; readonly trials: readonly Trial[] }
  | { readonly status: "failed"; readonly problem: string; readonly trials: readonly Trial[] };

type Wanted =
  | { readonly type: "read"; readonly anyway: boolean }
  | { readonly type: "heatmap" }
  | { readonly type: "preview"; readonly window: GreyWindow | null };

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

export class Reader {
  #ready!: Promise<Backend>;
  #worker: Worker | null = null;
  readonly #formats: Formats;
  readonly #waiting = new Map<number, Waiting>();
  #start: (backend: Backend) => void = () => {};
  #refuse: (error: Error) => void = () => {};
  readonly #onState: (state: EngineState) => void;
  readonly #onTensors: (tensors: number) => void;
  #nextId = 0;
  #over = false;
  #workerReadsBlobs = true;

  constructor(formats: Formats, onState: (state: EngineState) => void, onTensors: (tensors: number) => void) {
    this.#formats = formats;
    this.#onState = onState;
    this.#onTensors = onTensors;
    this.#promise();
  }

  /** Resolves when films can be read; rejects, with the reason, when they cannot. Another one with every worker. */
  get ready(): Promise<Backend> {
    return this.#ready;
  }

  /** Works with this worker from now on. The one before ends, its engine with it, and what it had not answered is rejected. */
  use(worker: Worker): void {
    if (this.#worker !== null) {
      this.#worker.onmessage = this.#worker.onerror = null;
      this.#worker.terminate();
      this.#rejectAll(new DOMException("another model was chosen", "AbortError"));
      this.#promise();
    }
    this.#worker = worker;
    this.#over = false;
    this.#onState({ status: "loading", share: 0 });
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#hear(data);
    worker.onerror = (event) => this.giveUp(event.message || "the worker could not be started");
  }

  /** Nothing can be read. */
  giveUp(problem: string, trials: readonly Trial[] = []): void {
    const error = new Error(problem);
    this.#over = true;
    this.#onState({ status: "failed", problem, trials });
    this.#rejectAll(error);
  }

  /**
   * Reads a film after the ones before it; `anyway` also what would be refused. Rejects when the engine is not usable or
   * `signal` aborts.
   */
  read(picture: Blob | ImageBitmap, anyway: boolean, signal?: AbortSignal): Promise<Finding> {
    return this.#ask<Finding>({ type: "read", anyway }, picture, signal);
  }

  /** The heat map of a film; null where the bundle has none. */
  heatMap(picture: Blob | ImageBitmap): Promise<HeatMap | null> {
    return this.#ask<HeatMap | null>({ type: "heatmap" }, picture);
  }

  /** A film as a picture, where the browser cannot show its file; null where it cannot be decoded. `window` is what it is seen through. */
  preview(picture: Blob, window: GreyWindow | null = null): Promise<Blob | null> {
    return this.#ask<Blob | null>({ type: "preview", window }, picture);
  }

  /** What the bundle's network said of the films it was measured on; null where the bundle does not say. */
  async predictions(): Promise<BundlePredictions | null> {
    await this.ready;
    const id = (this.#nextId += 1);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#tell({ type: "predictions", id });
    });
  }

  async #ask<T>(wanted: Wanted, given: Blob | ImageBitmap, signal?: AbortSignal): Promise<T> {
    await this.ready;
    const picture = await this.#sendable(given);
    signal?.throwIfAborted();
    const id = (this.#nextId += 1);
    signal?.addEventListener("abort", () => this.#tell({ type: "abort", id }), { once: true });
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#tell({ ...wanted, id, picture }, picture instanceof Uint8Array ? [picture.buffer] : []);
    });
  }

  /** What cannot be read here cannot be read by the worker either, which says so. */
  async #sendable(picture: Blob | ImageBitmap): Promise<Picture> {
    if (this.#workerReadsBlobs || !(picture instanceof Blob)) return picture;
    return picture.arrayBuffer().then((bytes) => new Uint8Array(bytes), () => picture);
  }

  async #decode({ id, bytes }: FromWorker & { type: "decode" }): Promise<void> {
    const bitmap = await toBitmap(bytes).catch(() => null);
    this.#tell({ type: "decoded", id, bitmap }, bitmap === null ? [] : [bitmap]);
  }

  async #open({ id, bytes, window }: FromWorker & { type: "open" }): Promise<void> {
    const opened = await this.#formats.open(bytes, window);
    this.#tell({ type: "opened", id, opened }, "film" in opened ? [opened.film.levels.buffer] : []);
  }

  #tell(message: ToWorker, transfer: Transferable[] = []): void {
    this.#worker!.postMessage(message, transfer);
  }

  #hear(message: FromWorker): void {
    switch (message.type) {
      case "progress":
        // Files that were under way when loading failed still tell of themselves.
        return this.#over ? undefined : this.#onState({ status: "loading", share: message.share });
      case "checking":
        return this.#onState({ status: "checking" });
      case "decode":
        return void this.#decode(message);
      case "open":
        return void this.#open(message);
      case "ready":
        this.#workerReadsBlobs = message.readsBlobs;
        this.#onState({ status: "ready", backend: message.backend, trials: message.trials });
        this.#onTensors(message.tensors);
        return this.#start(message.backend);
      case "failed":
        return this.giveUp(message.problem, message.trials);
      case "finding":
        this.#onTensors(message.tensors);
        return this.#take(message.id).resolve(message.finding as never);
      case "heatmap":
        return this.#take(message.id).resolve(message.heatMap as never);
      case "preview":
        return this.#take(message.id).resolve(message.preview as never);
      case "predictions":
        return this.#take(message.id).resolve(message.predictions as never);
      case "aborted":
        return this.#take(message.id).reject(new DOMException("stopped", "AbortError"));
    }
  }

  #take(id: number): Waiting {
    const waiting = this.#waiting.get(id)!;
    this.#waiting.delete(id);
    return waiting;
  }

  #promise(): void {
    this.#ready = new Promise((resolve, reject) => {
      this.#start = resolve;
      this.#refuse = reject;
    });
    this.#ready.catch(() => {}); // shown by onState; whoever awaits `ready` hears of it as well
  }

  /** Whoever waits for films to be read, or for an answer. */
  #rejectAll(error: Error): void {
    this.#refuse(error);
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

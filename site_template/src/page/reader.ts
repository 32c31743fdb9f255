// The page's side of the reading worker: films go in, findings come out. A worker or a backend that fails is replaced.

import { toBitmap } from "../image/bitmap.ts";
import { BACKENDS, type Backend } from "../shared/backend.ts";
import type { GreyWindow, Scale } from "../shared/grey_window.ts";
import type { Failed, HeatMap, HowToRead, Known, Loading, ReadingCalls } from "../shared/protocol.ts";
import type { BundlePredictions } from "../shared/predictions.ts";
import { ReadingError, type FileReason, type Finding } from "../shared/reading.ts";
import type { Turn } from "../shared/film.ts";
import { Transferred } from "../shared/remote.ts";
import type { Model, Site } from "../shared/site.ts";
import type { Sheet } from "../shared/xlsx.ts";
import { attempt, sendable, type FilmCall, type ForCard, type Reads, type Ready } from "./film_call.ts";
import type { FormatsWorker } from "./formats_worker.ts";
import { isKept } from "./kept_policy.ts";
import { patienceOf } from "./patience.ts";
import { Pool, WORTH, type PoolSize, type Seat } from "./pool.ts";
import { mostWorkers, type Machine } from "./pool_size.ts";
import { Room } from "./room.ts";
import { later } from "./later/load.ts";
import { start, StartFailure } from "./start.ts";
import { wantedBackends } from "./start_worker.ts";
import { Strikes } from "./strikes.ts";
import { keepVerdict, knownOf } from "./verdicts.ts";
import { WorkerLost } from "./watched_worker.ts";

export type EngineState = Loading | Ready | Failed;

export interface HeatMapOptions {
  /** How the picture was turned. */
  readonly turn?: Turn | null;
  readonly signal?: AbortSignal;
  readonly onShare?: (share: number) => void;
}

/** How often a film is read that stops its worker or makes the engine fail. */
const MOST_ATTEMPTS = 2;
/** After so many films in a row that had as many attempts, the next ones have one. */
const MOST_LOST_FILMS = 3;
/** So often may a worker fail that has nothing to do. */
const MOST_IDLE_LOSSES = 3;

/** The backend that workers can share a machine by: one graphics card is as fast for one as for several. */
const SHARED_BY: Backend = "wasm";
/** Weight of the newest film in the time that one takes. */
const WEIGHT = 0.2;
/** Films that each worker has at once: one that it reads, and the next. The others may be read by workers that are still to start. */
const FOR_EACH = 2;
/** Milliseconds: while films take less, a worker that has to wait for the next would lose a good part of its time. Larger ones would lie in memory. */
const QUICK = 100;
/** A worker is taken away from films that had no part in it. */
const ANOTHERS_FILM = new WorkerLost("failed", false, "its worker was given up");

/** What a queue of films needs to know. */
export interface BatchReader {
  widthFor(waiting: number): number;
  /** How many more are worth being prepared. */
  readonly ahead: number;
  onWidth: () => void;
}

/** What is to read. */
interface Wanted {
  readonly site: Site;
  readonly model: Model;
  /** Of what may read. */
  readonly strikes: Strikes;
}

interface Running extends Wanted, Seat, Reads {}

export class Reader {
  readonly #formats: FormatsWorker;
  #failed = false;
  readonly #onState: (state: EngineState) => void;
  readonly #onTensors: (tensors: number) => void;
  #running: Running | null = null;
  /** What read before another model was chosen, until that one reads: the way back needs no network. */
  #before: Running | null = null;
  #wanted: Wanted | null = null;
  #starting = new AbortController();
  #lostFilms = 0;
  #idleLosses = 0;
  readonly #pool: Pool;
  readonly #room = new Room(() => FOR_EACH * this.#pool.width);
  /** Milliseconds that a film takes, of the last ones; null before the first. */
  #perFilm: number | null = null;
  /** Films that are being read, or wait for their turn. */
  #reading = 0;
  /** Called when more films can be read at once than before, or fewer. */
  onWidth: () => void = () => {};
  #ready!: Promise<Backend>;
  #start: (backend: Backend) => void = () => {};
  #refuse: (error: Error) => void = () => {};

  /** `size` is that of the pool of workers that reads a batch. */
  constructor(formats: FormatsWorker, onState: (state: EngineState) => void, onTensors: (tensors: number) => void, size: PoolSize = sizeHere()) {
    this.#pool = new Pool(size, (signal) => this.#another(signal), () => {
      this.#room.widen();
      this.onWidth();
    });
    this.#formats = formats;
    this.#onState = onState;
    this.#onTensors = onTensors;
    this.#promise();
  }

  get isReady(): boolean {
    return this.#running !== null;
  }

  /** Whether the last start came to nothing, so that another may help. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Resolves when films can be read; rejects, with the reason, when they cannot. Another promise with every model and every worker. */
  get ready(): Promise<Backend> {
    return this.#ready;
  }

  /**
   * Reads with this model from now on, on the first of `backends` that is right. Open calls are rejected. What read before ends
   * when this model reads; where it cannot be started, that is taken again by another call.
   */
  async load(site: Site, model: Model, backends: readonly Backend[] = wantedBackends()): Promise<void> {
    if (this.#wanted !== null) this.#putAside(new DOMException("another model was chosen", "AbortError"));
    this.#lostFilms = this.#idleLosses = 0;
    this.#perFilm = null;
    if (this.#before?.model === model && backends.includes(this.#before.loaded.backend)) {
      this.#promise();
      return this.#begin(this.#before);
    }
    await this.#run({ site, model, strikes: new Strikes(backends) });
  }

  /** Tries once more what could not be started; does nothing where nothing has failed. */
  async again(): Promise<void> {
    if (this.#failed && this.#wanted !== null) await this.load(this.#wanted.site, this.#wanted.model);
  }

  /**
   * Reads a film after the ones before it. Rejects when the engine is not usable, with a
   * ReadingError when the film stopped it, or when `signal` aborts.
   */
  async read(picture: Blob | ImageBitmap, how: HowToRead, signal?: AbortSignal, card: ForCard | null = null): Promise<Finding> {
    const call: FilmCall<"read"> = { name: "read", inputOf: (sendable) => ({ picture: sendable, ...how }), signal, card, onReport: () => {} };
    this.widthFor((this.#reading += 1)); // a script may ask for many at once
    const turn = this.#room.enter(signal).then(() => this.#withMemory(() => this.#call(picture, call)).finally(() => this.#room.leave()));
    const { finding, tensors } = await turn.finally(() => (this.#reading -= 1));
    this.#perFilm = this.#perFilm === null ? finding.milliseconds : this.#perFilm + (finding.milliseconds - this.#perFilm) * WEIGHT;
    if (this.#reading > 0) this.widthFor(this.#reading);
    this.#onTensors(tensors);
    return finding;
  }

  /** What does not get its memory has it once more when no other film is read beside it, and from then on none is. */
  async #withMemory(read: () => Promise<ReadingCalls["read"]["answer"]>): Promise<ReadingCalls["read"]["answer"]> {
    const answer = await read();
    if (!answer.isShortOfMemory || this.#pool.seats.length === 0) return answer;
    this.#pool.close(ANOTHERS_FILM);
    return read();
  }

  /** How many films can be read at once while so many wait; more where they are worth another worker's start. */
  widthFor(waiting: number): number {
    const running = this.#running;
    if (running?.loaded.backend === SHARED_BY && this.#perFilm !== null) {
      this.#pool.consider(waiting * this.#perFilm);
      if (running.site.litert !== null) void later(running.site).then(({ second }) => second(this.#pool, { ...running, handlers: { bitmap }, start, onState: this.#onState }, waiting)).catch(() => {});
    }
    return this.#pool.width;
  }

  get ahead(): number {
    return this.#perFilm !== null && this.#perFilm < QUICK ? this.#pool.width * (FOR_EACH - 1) : 0;
  }

  /** The heat map of a film. Where the graph has none of its own, it takes as long as many readings, and `onShare` is told how far it is. */
  heatMap(picture: Blob | ImageBitmap, { turn = null, signal, onShare = () => {} }: HeatMapOptions = {}): Promise<HeatMap> {
    return this.#call(picture, { name: "heatMap", inputOf: (sendable) => ({ picture: sendable, turn }), signal, onReport: onShare });
  }

  /** A film as a picture, where the browser cannot show all that is in its file; null where it can, or the file cannot be opened. */
  preview(picture: Blob, window: GreyWindow | null = null): Promise<Blob | null> {
    return this.#formats.preview(picture, window);
  }

  /** What a film's levels are in the values of its file; null where that is not known. */
  scale(picture: Blob): Promise<Scale | null> {
    return this.#formats.scale(picture);
  }

  /** A workbook as a file (shared/xlsx.ts). */
  workbook(sheets: readonly Sheet[]): Promise<Blob> {
    return this.#formats.workbook(sheets);
  }

  /** What the bundle's network predicts of the films it was measured on; null for a bundle without predictions. */
  async predictions(): Promise<BundlePredictions | null> {
    await this.ready;
    const { worker, site } = this.#running!;
    return worker.call("predictions", null, { patience: () => patienceOf(site.film_patience).answer });
  }

  /** Ends the worker, and its engine with it; open calls are rejected. Nothing is read until the next `load`. */
  end(): void {
    this.#putAside(new DOMException("the reader was ended", "AbortError"));
    this.#forgetBefore();
  }

  async #call<Name extends "read" | "heatMap">(given: Blob | ImageBitmap, call: FilmCall<Name>): Promise<ReadingCalls[Name]["answer"]> {
    for (let attempts = 1; ; ) {
      call.signal?.throwIfAborted();
      await this.ready;
      const running = this.#running!; // of the model that is chosen now, though another may be when the film is opened
      let seat: Seat = running;
      try {
        const picture = await sendable(given, running, this.#formats, call);
        if (call.name === "read") seat = this.#freest(running);
        const answer = await attempt(running, seat, picture, given, call);
        this.#lostFilms = this.#idleLosses = 0;
        return answer;
      } catch (error) {
        const reason = this.#lossOf(running, seat, error);
        if (reason === null || call.signal?.aborted) throw error;
        if (reason === "innocent") continue;
        if (attempts >= MOST_ATTEMPTS || this.#lostFilms >= MOST_LOST_FILMS) {
          this.#lostFilms += 1;
          throw new ReadingError(reason, error instanceof Error ? error.message : String(error));
        }
        attempts += 1;
      }
    }
  }

  /** Of the workers that read, the one that has the least to do. */
  #freest(running: Running): Seat {
    if (this.#running !== running) return running; // and its calls fail, so that the film is given to another
    const seats: readonly Seat[] = this.#pool.restsFirst ? this.#pool.seats : [running, ...this.#pool.seats];
    return seats.reduce((freest, seat) => (seat.worker.waiting < freest.worker.waiting ? seat : freest));
  }

  /** One more worker like the one that reads, out of its own files: nothing is asked of the network. */
  async #another(signal: AbortSignal): Promise<Seat["worker"]> {
    const { site, model, worker: first, loaded: { backend } } = this.#running!;
    const files = await first.call("files", null, { signal, patience: () => patienceOf(site.film_patience).answer });
    const wanted = { backends: [backend], lastResort: [], files, shares: false, known: null };
    const { worker } = await start({ site, model, wanted, handlers: { bitmap }, afresh: false, signal, onLoading: () => {} });
    return worker;
  }

  /** Why a call failed for which the worker is replaced: `innocent` where it was at work on another film; null for any other failure. */
  #lossOf(running: Running, seat: Seat, error: unknown): FileReason | "innocent" | null {
    if (error instanceof WorkerLost) return error.blamed ? error.reason : "innocent";
    if (!(error instanceof ReadingError) || error.reason !== "engine-failed") return null;
    if (seat !== running) this.#pool.drop(seat, ANOTHERS_FILM);
    else if (this.#running === running) {
      this.#strike(running, error.detail);
      running.worker.end(new WorkerLost("failed", false, error.detail));
      void this.#run(running);
    }
    return "reader-stopped";
  }

  async #run(wanted: Wanted): Promise<void> {
    const { site, model, strikes } = wanted;
    const { signal } = (this.#starting = new AbortController());
    this.#wanted = wanted;
    const afresh = this.#failed;
    this.#failed = false;
    this.#running = null;
    this.#promise();
    try {
      const { backends } = strikes.wanted;
      const known = afresh || backends.length < BACKENDS.length || strikes.wanted.lastResort.length > 0 ? null : knownOf(site, model);
      const handing = { ...strikes.wanted, files: null, shares: this.#pool.isPossible, known };
      const starting = start({ site, model, wanted: handing, handlers: { bitmap }, afresh, signal, onLoading: (state) => this.#onState(state) });
      this.#onState({ status: "loading", share: 0 }); // while it is waited for the first file
      const { worker, loaded } = await starting;
      if (signal.aborted) return worker.end(signal.reason as Error);
      if (backends.length === BACKENDS.length) keepVerdict(site, model, verdictOf(loaded));
      this.#begin({ ...wanted, worker, loaded: { ...loaded, trials: strikes.among(loaded.trials) }, isInNetwork: false });
    } catch (error) {
      if (signal.aborted) return; // another model was chosen meanwhile
      const { problem: why, file, message: problem, trials } = error as StartFailure;
      if (!afresh && why !== "silent" && isKept()) return this.#runAfresh(wanted);
      this.#giveUp({ status: "failed", why, file, problem, trials: strikes.among(trials) });
    }
  }

  /** Once more, past what is kept on this device: a file is kept with the headers that it came with, and their policy may have been mended since. */
  #runAfresh(wanted: Wanted): Promise<void> {
    this.#failed = true;
    return this.#run(wanted);
  }

  #begin(running: Running): void {
    if (this.#before !== running) this.#forgetBefore();
    this.#before = null;
    this.#wanted = this.#running = running;
    this.#failed = false;
    const { worker, loaded } = running;
    worker.onLost = (lost) => this.#onLost(running, lost);
    if (loaded.backend !== SHARED_BY) this.#pool.close(ANOTHERS_FILM);
    this.#onState(loaded);
    this.#onTensors(loaded.tensors);
    this.#start(loaded.backend);
  }

  #strike({ strikes, loaded: { backend }, site, model }: Running, problem: string): void {
    strikes.strike(backend, problem);
    keepVerdict(site, model, null);
  }

  /** The worker is no more, and another one takes its place; one that fails again and again with nothing to do is not replaced. */
  #onLost(running: Running, { message, blamed }: WorkerLost): void {
    if (this.#before === running) return this.#forgetBefore();
    if (this.#running !== running) return;
    const { loaded, isInNetwork } = running;
    if (isInNetwork) this.#strike(running, message);
    if (!blamed) this.#idleLosses += 1;
    if (this.#idleLosses > MOST_IDLE_LOSSES) return this.#giveUp({ status: "failed", why: "no-worker", file: "", problem: message, trials: loaded.trials });
    void this.#run(running);
  }

  /** Nothing can be read. */
  #giveUp(failed: Failed): void {
    const error = new Error(failed.problem);
    this.#failed = true;
    this.#running?.worker.end(error);
    this.#running = null;
    this.#pool.close(error);
    this.#onState(failed);
    this.#refuse(error);
  }

  #putAside(error: Error): void {
    this.#starting.abort(error);
    this.#room.empty(error);
    this.#pool.close(error);
    this.#pool.reopen();
    this.#refuse(error);
    if (this.#running === null) return;
    this.#running.worker.abandon(error);
    this.#before = this.#running;
    this.#running = null;
  }

  #forgetBefore(): void {
    this.#before?.worker.end(new DOMException("another model reads", "AbortError"));
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

function sizeHere(): PoolSize {
  return { most: mostWorkers(navigator as Machine), ...WORTH };
}

/** For the next visit. */
function verdictOf({ backend, trials }: Ready): Known | null {
  const milliseconds = trials.find((trial) => trial.backend === backend)?.milliseconds ?? null;
  return milliseconds === null ? null : { backend, milliseconds };
}

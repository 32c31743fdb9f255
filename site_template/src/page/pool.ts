// More workers for a batch, beside the one that reads: each reads one film at a time, and takes only that one with it when it stops.

import type { PageCalls, ReadingCalls } from "../shared/protocol.ts";
import type { WatchedWorker } from "./watched_worker.ts";

/** A worker that films are given to. */
export interface Seat {
  readonly worker: WatchedWorker<ReadingCalls, PageCalls>;
  /** Whether the network has a film just now, as far as is known here. */
  isInNetwork: boolean;
}

/** Starts one more worker. */
type Open = (signal: AbortSignal) => Promise<Seat["worker"]>;

export interface PoolSize {
  /** Workers that read at once, the first included. */
  readonly most: number;
  /** Milliseconds of work that wait before another worker is worth its start. */
  readonly worth: number;
  /** After so many milliseconds without a film, their memory is given back. */
  readonly idle: number;
}

/** `worth` is what a worker takes to start, with some room: a batch that is over by then does not need it. */
export const WORTH: Omit<PoolSize, "most"> = { worth: 1000, idle: 30_000 };
/** So many may stop, or not start, before the first reads on alone. */
const MOST_LOSSES = 3;

export class Pool {
  readonly #size: PoolSize;
  readonly #open: Open;
  readonly #onChange: () => void;
  #seats: Seat[] = [];
  /** Starts one of another kind, which reads in the first one's place too. */
  #instead: Open | null = null;
  #opening: AbortController | null = null;
  #losses = 0;
  #isClosed = false;
  #idle: ReturnType<typeof setTimeout> | undefined;

  /** `open` starts one more worker; `onChange` is called when there is another, or one less. */
  constructor(size: PoolSize, open: Open, onChange: () => void) {
    this.#size = size;
    this.#open = open;
    this.#onChange = onChange;
  }

  /** Whether there can be any but the first. */
  get isPossible(): boolean {
    return this.#size.most > 1;
  }

  /** Beside the first. */
  get seats(): readonly Seat[] {
    return this.#seats;
  }

  /** Whether the first has nothing to read, for there are others that are faster. */
  get restsFirst(): boolean {
    return this.#instead !== null && this.#seats.length > 0;
  }

  /** How many read. */
  get width(): number {
    return this.#seats.length + (this.restsFirst ? 0 : 1);
  }

  /** To be told how many milliseconds of work wait for all workers together. */
  consider(work: number): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#giveBack(), this.#size.idle);
    const workers = this.width;
    if (this.#isClosed || this.#opening !== null || workers >= this.#size.most || work / workers < this.#size.worth) return;
    void this.#add();
  }

  /**
   * Workers that `open` starts read from now on, in the place of all, once one is there: calls of those before fail with `error`.
   * One that is lost gives the first its place back. False where another worker starts just now, or none can be had.
   */
  replace(open: Open, error: Error): boolean {
    if (this.#isClosed || this.#opening !== null) return false;
    void this.#add(open, () => {
      this.#end(error);
      this.#instead = open;
    });
    return true;
  }

  /** A worker that is not to be used any more: its calls fail with `error`. */
  drop(seat: Seat, error: Error): void {
    if (!this.#seats.includes(seat)) return;
    this.#lose(seat);
    seat.worker.end(error);
  }

  /** Takes every worker back; open calls fail with `error`, and there is no other until `reopen`. */
  close(error: Error): void {
    this.#isClosed = true;
    this.#instead = null;
    this.#opening?.abort(error);
    this.#end(error);
  }

  reopen(): void {
    this.#isClosed = false;
    this.#losses = 0;
  }

  async #add(open = this.#instead ?? this.#open, first = (): void => {}): Promise<void> {
    const mine = (this.#opening = new AbortController());
    try {
      const worker = await open(mine.signal);
      if (mine.signal.aborted) return worker.end(mine.signal.reason as Error);
      first();
      const seat: Seat = { worker, isInNetwork: false };
      worker.onLost = () => this.#lose(seat);
      this.#seats.push(seat);
    } catch {
      if (!mine.signal.aborted) this.#count(); // the first reads on
    } finally {
      if (this.#opening === mine) this.#opening = null;
    }
    if (!mine.signal.aborted) this.#onChange();
  }

  #lose(seat: Seat): void {
    this.#seats = this.#seats.filter((other) => other !== seat);
    this.#count();
    this.#onChange();
  }

  #count(): void {
    this.#instead = null;
    this.#losses += 1;
    if (this.#losses >= MOST_LOSSES) this.#isClosed = true;
  }

  /** Those that are still busy, as with a film that takes long, are asked again later. */
  #giveBack(): void {
    if (this.#seats.some(({ worker }) => worker.waiting > 0)) return this.consider(0);
    this.#end(new DOMException("nothing is read", "AbortError"));
  }

  #end(error: Error): void {
    clearTimeout(this.#idle);
    const seats = this.#seats;
    this.#seats = [];
    for (const { worker } of seats) worker.end(error);
    if (seats.length > 0) this.#onChange();
  }
}

// Films wait here and are read one after another; Stop halts, Start goes on.

import type { Status } from "../shared/reading.ts";

export interface Task {
  readonly status: Status;
  /** Does the work. Rejects with an AbortError when `signal` aborts; settles its own status otherwise. */
  run(signal: AbortSignal): Promise<void>;
  show(status: "queued" | "running" | "cancelled"): void;
}

export class Queue {
  readonly #onChange: () => void;
  #waiting: Task[] = [];
  #running: AbortController | null = null;
  #halted = false;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get canStart(): boolean {
    return this.#halted && this.#waiting.length > 0;
  }

  get canStop(): boolean {
    return !this.#halted && (this.#running !== null || this.#waiting.length > 0);
  }

  /** Whether nothing is being read and nothing will be without a word from the user. */
  get idle(): boolean {
    return this.#running === null && (this.#halted || this.#waiting.length === 0);
  }

  add(tasks: readonly Task[]): void {
    this.#waiting.push(...tasks);
    void this.#pump();
  }

  /** Puts these in the place of all that wait; the film that is being read is given up. */
  replace(tasks: readonly Task[]): void {
    this.#waiting = [...tasks];
    this.#running?.abort();
    void this.#pump();
  }

  start(): void {
    this.#halted = false;
    for (const task of this.#waiting) task.show("queued");
    void this.#pump();
  }

  /** The film that is being read is given up, and comes first when the queue is started again. */
  stop(): void {
    this.#halted = true;
    this.#running?.abort();
    this.#onChange();
  }

  async #pump(): Promise<void> {
    this.#onChange();
    if (this.#running !== null) return;
    while (!this.#halted) {
      const task = this.#waiting.shift();
      if (task === undefined) break;
      this.#running = new AbortController();
      task.show("running");
      this.#onChange();
      try {
        await task.run(this.#running.signal);
      } catch {
        if (!this.#waiting.includes(task)) this.#waiting.unshift(task);
        task.show(this.#halted ? "cancelled" : "queued");
      }
      this.#running = null;
    }
    this.#onChange();
  }
}

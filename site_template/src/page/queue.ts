// Films wait here and are read one after another; Stop halts, Start goes on.

import type { Status } from "../shared/reading.ts";

export interface Task {
  readonly status: Status;
  /** Does the work. Rejects when `signal` aborts, with its status as it was; settles its own status otherwise. */
  run(signal: AbortSignal): Promise<void>;
  /** Takes the status that the queue gives it. */
  be(status: "queued" | "running" | "cancelled"): void;
}

interface Running {
  readonly task: Task;
  readonly controller: AbortController;
}

export class Queue {
  readonly #onChange: () => void;
  #waiting: Task[] = [];
  #running: Running | null = null;
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

  /** Whether nothing is being read, and nothing will be until the user acts. */
  get idle(): boolean {
    return this.#running === null && (this.#halted || this.#waiting.length === 0);
  }

  add(tasks: readonly Task[]): void {
    this.#waiting.push(...tasks);
    void this.#pump();
  }

  /** Reads these next, and goes on with the rest. */
  addFirst(tasks: readonly Task[]): void {
    const given = new Set(tasks);
    this.#waiting = [...tasks, ...this.#waiting.filter((task) => !given.has(task))];
    this.start();
  }

  /** Forgets these, whether they wait or are being read. */
  remove(tasks: ReadonlySet<Task>): void {
    this.#waiting = this.#waiting.filter((task) => !tasks.has(task));
    if (this.#running !== null && tasks.has(this.#running.task)) {
      const { controller } = this.#running;
      this.#running = null;
      controller.abort();
      void this.#pump();
    }
    this.#onChange();
  }

  start(): void {
    this.#halted = false;
    for (const task of this.#waiting) if (task.status === "cancelled") task.be("queued");
    void this.#pump();
  }

  /** Aborts the film that is being read, which comes first when the queue is started again. */
  stop(): void {
    this.#halted = true;
    this.#running?.controller.abort();
    this.#onChange();
  }

  async #pump(): Promise<void> {
    this.#onChange();
    while (this.#running === null && !this.#halted) {
      const task = this.#waiting.shift();
      if (task === undefined) break;
      const mine = (this.#running = { task, controller: new AbortController() });
      task.be("running");
      this.#onChange();
      // What rejects by itself is done with: to begin it anew would never end.
      const finished = await task.run(mine.controller.signal).then(() => true, () => !mine.controller.signal.aborted);
      if (this.#running !== mine) return; // it was removed, and the queue went on without it
      this.#running = null;
      if (!finished) {
        task.be("cancelled");
        this.#waiting.unshift(task);
      }
    }
    this.#onChange();
  }
}

// Films wait here and are read in their order, as many at once as there are workers; Stop halts, Start goes on.

import type { Status } from "../shared/reading.ts";

export interface Task {
  readonly status: Status;
  /** Does the work. Rejects when `signal` aborts, with its status as it was; settles its own status otherwise. */
  run(signal: AbortSignal): Promise<void>;
  /** Its turn comes next: its work may begin, so that nobody waits for it then. Its status stays. */
  prepare(): void;
  /** Its turn does not come next after all. */
  relax(): void;
  /** Takes the status that the queue gives it. */
  be(status: "queued" | "running" | "cancelled"): void;
}

/** More than are in view at once. */
const FEW = 12;

interface Running {
  readonly task: Task;
  readonly controller: AbortController;
  /** Counts up from task to task. */
  readonly number: number;
}

export class Queue {
  readonly #onChange: () => void;
  readonly #width: (waiting: number) => number;
  readonly #ahead: () => number;
  #waiting: Task[] = [];
  readonly #running = new Set<Running>();
  /** When each was begun last. */
  readonly #begun = new WeakMap<Task, number>();
  #prepared = new Set<Task>();
  #count = 0;
  #halted = false;

  /** `width`: how many may be read at once while so many wait, `ahead`: how many more may be prepared; asked again whenever one is done, and by `widen`. */
  constructor(onChange: () => void, width: (waiting: number) => number = () => 1, ahead = (): number => 0) {
    this.#onChange = onChange;
    this.#width = width;
    this.#ahead = ahead;
  }

  get canStart(): boolean {
    return this.#halted && this.#waiting.length > 0;
  }

  get canStop(): boolean {
    return !this.#halted && (this.#running.size > 0 || this.#waiting.length > 0);
  }

  /** Whether nothing is being read, and nothing will be until the user acts. */
  get idle(): boolean {
    return this.#running.size === 0 && (this.#halted || this.#waiting.length === 0);
  }

  add(tasks: readonly Task[]): void {
    this.#waiting.push(...tasks);
    this.#pump();
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
    const given = [...this.#running].filter(({ task }) => tasks.has(task));
    for (const running of given) this.#running.delete(running);
    for (const { controller } of given) controller.abort();
    this.#pump();
  }

  start(): void {
    this.#halted = false;
    for (const task of this.#waiting) if (task.status === "cancelled") task.be("queued");
    this.#pump();
  }

  /** Aborts the films that are being read, which come first when the queue is started again. */
  stop(): void {
    this.#halted = true;
    this.#prepareNext();
    for (const { controller } of this.#running) controller.abort();
    this.#onChange();
  }

  /** To be called when more can be read at once. */
  widen(): void {
    this.#pump();
  }

  /** Whether a task is one of the next few. */
  isSoon(task: Task): boolean {
    return !this.#halted && this.#waiting.slice(0, FEW).includes(task);
  }

  #pump(): void {
    while (!this.#halted && this.#waiting.length > 0 && this.#running.size < Math.max(1, this.#width(this.#waiting.length))) {
      void this.#run(this.#waiting.shift()!);
    }
    this.#prepareNext();
    this.#onChange();
  }

  #prepareNext(): void {
    const next = new Set(this.#halted ? [] : this.#waiting.slice(0, this.#ahead()));
    for (const task of this.#prepared) if (!next.has(task)) task.relax();
    for (const task of next) task.prepare();
    this.#prepared = next;
  }

  async #run(task: Task): Promise<void> {
    const mine: Running = { task, controller: new AbortController(), number: (this.#count += 1) };
    this.#begun.set(task, mine.number);
    this.#running.add(mine);
    this.#prepared.delete(task);
    task.be("running");
    // What rejects by itself is done with: to begin it anew would never end.
    const finished = await task.run(mine.controller.signal).then(() => true, () => !mine.controller.signal.aborted);
    if (!this.#running.delete(mine)) return; // it was removed, and the queue went on without it
    if (!finished) this.#putBack(mine);
    this.#pump();
  }

  /** In front, but behind what was begun before it and stopped as well. */
  #putBack({ task, number }: Running): void {
    const place = this.#waiting.findIndex((other) => !((this.#begun.get(other) ?? Infinity) < number));
    this.#waiting.splice(place === -1 ? this.#waiting.length : place, 0, task);
    task.be(this.#halted ? "cancelled" : "queued");
  }
}

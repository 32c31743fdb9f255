// A worker that nobody waits for in vain: its calls fail when it stops, or is silent for too long with work to do.

import type { FileReason } from "../shared/reading.ts";
import { Remote, type CallOptions, type Calls, type Handlers } from "../shared/remote.ts";
import { Watchdog } from "./watchdog.ts";

/** Why a worker is no more: it failed, or it was silent for too long. */
export type Loss = "failed" | "silent";

export class WorkerLost extends Error {
  readonly loss: Loss;
  /** Whether it was at work on this call, of all that wait. */
  readonly blamed: boolean;

  constructor(loss: Loss, blamed: boolean, message: string) {
    super(message);
    this.loss = loss;
    this.blamed = blamed;
  }

  get reason(): FileReason {
    return this.loss === "silent" ? "took-too-long" : "reader-stopped";
  }
}

export class WatchedWorker<Theirs extends Calls, Own extends Calls = Record<never, never>> {
  readonly #worker: Worker;
  readonly #remote: Remote<Theirs, Own>;
  readonly #watchdog: Watchdog;
  /** Called once, before its calls fail, and never where the worker was ended here. */
  onLost: (lost: WorkerLost) => void = () => {};
  #isOver = false;

  /** `stopped`: how long a call that was aborted may keep the worker busy. */
  constructor(worker: Worker, handlers: Handlers<Own>, stopped: number) {
    this.#worker = worker;
    this.#remote = new Remote<Theirs, Own>(worker, handlers, stopped);
    this.#watchdog = new Watchdog(() => this.#remote.patience, () => this.#lose("silent", "the worker was silent for too long"));
    worker.addEventListener("message", () => this.#watchdog.heard());
    worker.onerror = (event) => this.#lose("failed", messageOf(event));
    worker.onmessageerror = () => this.#lose("failed", "a message of the worker could not be read");
  }

  /** Of calls that are not answered, those included that nobody waits for any more. */
  get waiting(): number {
    return this.#remote.waiting;
  }

  call<Name extends keyof Theirs & string>(
    name: Name, input: Theirs[Name]["input"], options: CallOptions<Theirs[Name]> = {},
  ): Promise<Theirs[Name]["answer"]> {
    const wasIdle = this.#remote.patience === null;
    const answer = this.#remote.call(name, input, options);
    if (wasIdle) this.#watchdog.heard();
    return answer;
  }

  /** Open calls fail with `error`, and the worker is asked to stop what it does for them. */
  abandon(error: Error): void {
    this.#remote.abandon(error);
  }

  /** Ends the worker; calls fail with `error`, those of the future as well. */
  end(error: Error): void {
    if (this.#isOver) return;
    this.#close();
    this.#remote.end(error);
  }

  #lose(loss: Loss, message: string): void {
    if (this.#isOver) return;
    this.#close();
    const [blamed, other] = [true, false].map((isBlamed) => new WorkerLost(loss, isBlamed, message)) as [WorkerLost, WorkerLost];
    this.onLost(this.#remote.waiting > 0 ? blamed : other);
    this.#remote.end(other, blamed);
  }

  #close(): void {
    this.#isOver = true;
    this.#watchdog.stop();
    this.#worker.onerror = this.#worker.onmessageerror = null;
    this.#worker.terminate();
  }
}

function messageOf(event: unknown): string {
  const { message } = (event ?? {}) as { message?: unknown };
  return typeof message === "string" && message !== "" ? message : "the worker ended";
}

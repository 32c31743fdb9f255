// Calls across a worker's border: each side handles some by name, reports while it works, and answers or fails.
//
// Written here instead of taking Comlink: in 4.4.2 its calls know no AbortSignal, never settle when their worker is
// ended, and lose an error's own properties, such as the reason of a ReadingError; each would need a wrapper of its own.
// Nothing but postMessage is used, so it works the same in a worker that was started from a Blob on file://.

import { ReadingError, type FileReason } from "./reading.ts";

/** What one side handles: by name, what a call takes, what it answers, and what it reports before that. */
export type Calls = Readonly<Record<string, { readonly input: unknown; readonly answer: unknown; readonly report?: unknown }>>;

/** A call that is being handled. */
export interface Call<Report> {
  /** Aborts when the caller does not want the answer any more. */
  readonly signal: AbortSignal;
  readonly report: (report: Report, transfer?: Transferable[]) => void;
}

/** A value whose buffers are handed over to the other side instead of copied. */
export class Transferred<T> {
  readonly value: T;
  readonly transfer: Transferable[];

  constructor(value: T, transfer: Transferable[]) {
    this.value = value;
    this.transfer = transfer;
  }
}

type Answer<T> = T | Transferred<T>;
type ReportOf<Of> = Of extends { readonly report: infer Report } ? Report : never;

export type Handlers<Own extends Calls> = {
  readonly [Name in keyof Own]: (
    input: Own[Name]["input"], call: Call<ReportOf<Own[Name]>>,
  ) => Answer<Own[Name]["answer"]> | Promise<Answer<Own[Name]["answer"]>>;
};

export interface CallOptions<Of> {
  /** When it aborts, the call rejects at once, the other side is asked to stop, and what it still says is ignored. */
  readonly signal?: AbortSignal | undefined;
  readonly transfer?: Transferable[];
  /** Milliseconds of silence that are no reason to worry while this call waits; may be asked again after every report. */
  readonly patience?: () => number;
  readonly onReport?: (report: ReportOf<Of>) => void;
}

/** A worker seen from the page, or the page seen from a worker. */
export interface Port {
  postMessage(message: unknown, transfer: Transferable[]): void;
  onmessage: ((this: never, event: MessageEvent) => unknown) | null;
  onmessageerror?: ((this: never, event: MessageEvent) => unknown) | null;
}

/** What a worker sends when its script has run to the end: it will answer from now on. */
export const HERE = { kind: "here" } as const;

type Message =
  | typeof HERE
  | { readonly kind: "call"; readonly id: number; readonly name: string; readonly input: unknown }
  | { readonly kind: "abort"; readonly id: number }
  | { readonly kind: "report"; readonly id: number; readonly report: unknown }
  | { readonly kind: "answer"; readonly id: number; readonly answer: unknown }
  | { readonly kind: "failure"; readonly id: number; readonly failure: Failure }
  /** Something that was sent could not be read, and nobody knows what it was. */
  | { readonly kind: "garbled" };

/** An error as plain data; of a ReadingError the detail is the message. */
interface Failure {
  readonly reason: FileReason | null;
  readonly aborted: boolean;
  readonly message: string;
}

interface Waiting {
  /** Milliseconds. */
  patience: () => number;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly onReport: (report: unknown) => void;
}

type Handler = (input: unknown, call: Call<unknown>) => unknown;

export class Remote<Theirs extends Calls, Own extends Calls = Record<never, never>> {
  readonly #port: Port;
  readonly #handlers: ReadonlyMap<string, Handler>;
  /** This side's calls, by id. */
  readonly #waiting = new Map<number, Waiting>();
  /** The other side's calls, by id. */
  readonly #handling = new Map<number, AbortController>();
  readonly #stopped: number;
  #nextId = 0;
  #ended: Error | null = null;

  /** `stopped`: the patience with calls that were aborted. */
  constructor(port: Port, handlers: Handlers<Own>, stopped = Infinity) {
    this.#port = port;
    this.#stopped = stopped;
    port.onmessageerror = () => this.#send({ kind: "garbled" });
    this.#handlers = new Map(Object.entries(handlers as Record<string, Handler>));
    port.onmessage = ({ data }: MessageEvent<Message>) => this.#receive(data);
  }

  /** Number of calls that are not answered yet, aborted ones included. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** The greatest patience of all calls that wait, in milliseconds; null where none does. */
  get patience(): number | null {
    return this.#waiting.size === 0 ? null : Math.max(...[...this.#waiting.values()].map(({ patience }) => patience()));
  }

  call<Name extends keyof Theirs & string>(
    name: Name, input: Theirs[Name]["input"], { signal, transfer = [], patience = () => Infinity, onReport = () => {} }: CallOptions<Theirs[Name]> = {},
  ): Promise<Theirs[Name]["answer"]> {
    return new Promise<Theirs[Name]["answer"]>((resolve, reject) => {
      signal?.throwIfAborted();
      if (this.#ended !== null) throw this.#ended;
      const id = (this.#nextId += 1);
      this.#send({ kind: "call", id, name, input }, transfer);
      const waiting: Waiting = {
        resolve, reject, patience, onReport: (report: unknown) => signal?.aborted || onReport(report as ReportOf<Theirs[Name]>),
      };
      this.#waiting.set(id, waiting);
      const abort = (): void => {
        if (this.#waiting.has(id)) this.#abort(id, waiting, signal!.reason as Error);
      };
      signal?.addEventListener("abort", abort, { once: true });
    });
  }

  /** The other side answers no more: every call rejects, the one that waits for longest with an error of its own, and those of the future as well. */
  end(error: Error, ofOldest = error): void {
    this.#ended = error;
    this.#port.onmessage = null;
    this.#failAll(error, ofOldest);
  }

  /** Every open call rejects, and the other side is asked to stop; there may be calls again. */
  abandon(error: Error): void {
    for (const [id, waiting] of this.#waiting) this.#abort(id, waiting, error);
  }

  /** The call is given up here, and counts as waiting until the other side has stopped. */
  #abort(id: number, waiting: Waiting, error: Error): void {
    const { patience } = waiting;
    this.#send({ kind: "abort", id });
    waiting.patience = () => Math.min(patience(), this.#stopped);
    waiting.reject(error);
  }

  #failAll(error: Error, ofOldest = error): void {
    const [oldest, ...others] = [...this.#waiting.values()];
    this.#waiting.clear();
    oldest?.reject(ofOldest);
    for (const { reject } of others) reject(error);
  }

  #send(message: Message, transfer: Transferable[] = []): void {
    this.#port.postMessage(message, transfer);
  }

  #receive(message: Message): void {
    switch (message.kind) {
      case "here":
        return;
      case "call":
        return void this.#handle(message);
      case "abort":
        return this.#handling.get(message.id)?.abort();
      case "report":
        return this.#waiting.get(message.id)?.onReport(message.report);
      case "answer":
        return this.#settle(message.id)?.resolve(message.answer);
      case "failure":
        return this.#settle(message.id)?.reject(errorOf(message.failure));
      case "garbled":
        return this.#failAll(new ReadingError("reader-stopped", "the other side could not read what was sent"));
    }
  }

  async #handle({ id, name, input }: Message & { kind: "call" }): Promise<void> {
    const controller = new AbortController();
    this.#handling.set(id, controller);
    try {
      const report = (value: unknown, transfer?: Transferable[]): void => this.#send({ kind: "report", id, report: value }, transfer);
      const answer = await this.#handlers.get(name)!(input, { signal: controller.signal, report });
      if (answer instanceof Transferred) this.#send({ kind: "answer", id, answer: answer.value }, answer.transfer);
      else this.#send({ kind: "answer", id, answer });
    } catch (error) {
      this.#send({ kind: "failure", id, failure: failureOf(error) });
    } finally {
      this.#handling.delete(id);
    }
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }
}

function failureOf(error: unknown): Failure {
  return {
    reason: error instanceof ReadingError ? error.reason : null,
    aborted: error instanceof DOMException && error.name === "AbortError",
    message: error instanceof ReadingError ? error.detail : error instanceof Error ? error.message : String(error),
  };
}

function errorOf({ reason, aborted, message }: Failure): Error {
  if (reason !== null) return new ReadingError(reason, message);
  return aborted ? new DOMException(message, "AbortError") : new Error(message);
}

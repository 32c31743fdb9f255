// The page's side of the second worker, which is started when the first file arrives that only it can open.

import type { FromFormats, Opened, ToFormats } from "../shared/formats.ts";

/** Longer than the largest film takes on a slow phone: what says nothing for so long has lost its way in a broken file. */
const PATIENCE_MILLISECONDS = 120_000;

interface Waiting {
  readonly opened: (opened: Opened) => void;
}

export class Formats {
  readonly #start: () => Worker;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #nextId = 0;

  constructor(start: () => Worker) {
    this.#start = start;
  }

  /** Opens a file; its bytes go to the worker. */
  open(bytes: Uint8Array<ArrayBuffer>): Promise<Opened> {
    const id = (this.#nextId += 1);
    return new Promise((resolve) => {
      this.#waiting.set(id, { opened: resolve });
      this.#tell({ type: "open", id, bytes }, [bytes.buffer]);
    });
  }

  #tell(message: ToFormats, transfer: Transferable[]): void {
    this.#worker ??= this.#started();
    this.#worker.postMessage(message, transfer);
    this.#watch();
  }

  #started(): Worker {
    const worker = this.#start();
    worker.onmessage = ({ data }: MessageEvent<FromFormats>) => this.#hear(data);
    worker.onerror = () => this.#giveUp("no-decoder");
    return worker;
  }

  #hear(message: FromFormats): void {
    const waiting = this.#waiting.get(message.id)!;
    if (message.type === "opened") {
      this.#waiting.delete(message.id);
      waiting.opened(message.opened);
    }
    this.#watch();
  }

  #watch(): void {
    clearTimeout(this.#timer);
    if (this.#waiting.size > 0) this.#timer = setTimeout(() => this.#giveUp("unreadable"), PATIENCE_MILLISECONDS);
  }

  /** The next file gets a new worker. */
  #giveUp(reason: "no-decoder" | "unreadable"): void {
    clearTimeout(this.#timer);
    this.#worker?.terminate();
    this.#worker = null;
    for (const { opened } of this.#waiting.values()) opened({ reason });
    this.#waiting.clear();
  }
}

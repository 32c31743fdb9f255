// The page's side of the second worker, which is started when the first file arrives that only it can open.

import type { FromFormats, Opened, ToFormats, Unpacked, Unzipped } from "../shared/formats.ts";
import type { GreyWindow } from "../shared/grey_window.ts";
import type { Reason } from "../shared/reading.ts";

/** Longer than the largest film takes on a slow phone: what says nothing for so long has lost its way in a broken file. */
const PATIENCE_MILLISECONDS = 120_000;

interface Waiting {
  readonly hear: (message: FromFormats) => void;
  readonly giveUp: (reason: Reason) => void;
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

  /** Opens a file, as seen through `window`; its bytes go to the worker. */
  open(bytes: Uint8Array<ArrayBuffer>, window: GreyWindow | null): Promise<Opened> {
    return new Promise((resolve) => {
      const id = this.#expect({
        hear: (message) => message.type === "opened" && this.#end(id, () => resolve(message.opened)),
        giveUp: (reason) => resolve({ reason }),
      });
      this.#tell({ type: "open", id, bytes, window }, [bytes.buffer]);
    });
  }

  /** Unpacks a ZIP; `give` is called with every file that may be a film, until `signal` aborts. */
  async unzip(signal: AbortSignal, archive: File, give: (name: string, unpacked: Unpacked) => void): Promise<Unzipped> {
    // WebKit's workers cannot read a Blob where the page was opened from a disk.
    const readable = location.protocol === "file:" ? await bytesOf(archive) : archive;
    if (readable === null) return { leftOut: 0, reason: "unreadable" };
    if (signal.aborted) return { leftOut: 0, reason: null };
    return new Promise((resolve) => {
      const id = this.#expect({
        hear: (message) => {
          if (message.type === "entry") give(message.name, message.unpacked);
          else if (message.type === "unzipped") this.#end(id, () => resolve(message.unzipped));
        },
        giveUp: (reason) => resolve({ leftOut: 0, reason }),
      });
      signal.addEventListener("abort", () => {
        if (!this.#waiting.has(id)) return;
        this.#end(id, () => resolve({ leftOut: 0, reason: null }));
        this.#tell({ type: "stop", id }, []);
      });
      this.#tell({ type: "unzip", id, archive: readable }, readable instanceof Blob ? [] : [readable.buffer]);
    });
  }

  #expect(waiting: Waiting): number {
    this.#nextId += 1;
    this.#waiting.set(this.#nextId, waiting);
    return this.#nextId;
  }

  #end(id: number, resolve: () => void): void {
    this.#waiting.delete(id);
    resolve();
  }

  #tell(message: ToFormats, transfer: Transferable[]): void {
    this.#worker ??= this.#started();
    this.#worker.postMessage(message, transfer);
    this.#watch();
  }

  #started(): Worker {
    const worker = this.#start();
    worker.onmessage = ({ data }: MessageEvent<FromFormats>) => {
      this.#waiting.get(data.id)?.hear(data);
      this.#watch();
    };
    worker.onerror = () => this.#giveUp("no-decoder");
    return worker;
  }

  #watch(): void {
    clearTimeout(this.#timer);
    if (this.#waiting.size > 0) this.#timer = setTimeout(() => this.#giveUp("unreadable"), PATIENCE_MILLISECONDS);
  }

  /** The next file gets a new worker. */
  #giveUp(reason: Reason): void {
    clearTimeout(this.#timer);
    this.#worker?.terminate();
    this.#worker = null;
    for (const { giveUp } of this.#waiting.values()) giveUp(reason);
    this.#waiting.clear();
  }
}

function bytesOf(file: File): Promise<Uint8Array<ArrayBuffer> | null> {
  return file.arrayBuffer().then((buffer) => new Uint8Array(buffer), () => null);
}

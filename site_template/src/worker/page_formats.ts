// Has the page's second worker open what the browser cannot, by way of the page.

import type { OpenFormat } from "../image/decode.ts";
import type { Opened } from "../shared/formats.ts";
import type { FromWorker, ToWorker } from "../shared/protocol.ts";
import { ReadingError } from "../shared/reading.ts";

export class PageFormats {
  readonly #say: (message: FromWorker, transfer: Transferable[]) => void;
  readonly #waiting = new Map<number, (opened: Opened) => void>();
  #nextId = 0;

  constructor(say: (message: FromWorker, transfer: Transferable[]) => void) {
    this.#say = say;
  }

  readonly open: OpenFormat = async (bytes, window) => {
    const id = (this.#nextId += 1);
    const opened = await new Promise<Opened>((resolve) => {
      this.#waiting.set(id, resolve);
      this.#say({ type: "open", id, bytes, window }, [bytes.buffer]);
    });
    if ("reason" in opened) throw new ReadingError(opened.reason);
    return opened.film;
  };

  hear({ id, opened }: ToWorker & { type: "opened" }): void {
    this.#waiting.get(id)!(opened);
    this.#waiting.delete(id);
  }
}

// Has the page make the bitmaps: for a worker that cannot read a Blob (image/bitmap.ts).

import type { ToBitmap } from "../image/bitmap.ts";
import type { FromWorker, ToWorker } from "../shared/protocol.ts";

export class PageBitmaps {
  readonly #say: (message: FromWorker, transfer: Transferable[]) => void;
  readonly #waiting = new Map<number, (bitmap: ImageBitmap | null) => void>();
  #nextId = 0;

  constructor(say: (message: FromWorker, transfer: Transferable[]) => void) {
    this.#say = say;
  }

  readonly toBitmap: ToBitmap = (bytes) => {
    const id = (this.#nextId += 1);
    const copy = bytes.slice();
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, (bitmap) => (bitmap === null ? reject(new Error("the page could not decode it")) : resolve(bitmap)));
      this.#say({ type: "decode", id, bytes: copy }, [copy.buffer]);
    });
  };

  hear({ id, bitmap }: ToWorker & { type: "decoded" }): void {
    this.#waiting.get(id)!(bitmap);
    this.#waiting.delete(id);
  }
}

import assert from "node:assert/strict";
import { test } from "node:test";
import type { FormatsCalls } from "../shared/formats.ts";
import { ReadingError } from "../shared/reading.ts";
import { Remote, type Handlers, type Port } from "../shared/remote.ts";
import { FormatsWorker } from "./formats_worker.ts";

const FILM = { width: 1, height: 1, levels: Uint8Array.of(7), planes: null, frames: 1, colour: 0, concern: null };
const DEEP = new Blob(["II*\0".padEnd(200)]);

/** A worker of this thread, as far as the page sees it. */
class FakeWorker {
  onmessage: Worker["onmessage"] = null;
  onerror: (() => void) | null = null;
  ended = false;
  readonly #listeners: (() => void)[] = [];
  readonly #inside: Port = {
    postMessage: (data: unknown) =>
      void setTimeout(() => {
        if (this.ended) return;
        this.onmessage?.call(this as never, { data } as MessageEvent);
        for (const listener of this.#listeners) listener();
      }),
    onmessage: null,
  };

  constructor(handlers: Partial<Handlers<FormatsCalls>>) {
    new Remote(this.#inside, handlers as Handlers<FormatsCalls>);
  }

  postMessage(data: unknown, transfer: Transferable[]): void {
    const copy = structuredClone(data, { transfer });
    setTimeout(() => this.#inside.onmessage?.call(undefined as never, { data: copy } as MessageEvent));
  }

  addEventListener(_: "message", listener: () => void): void {
    this.#listeners.push(listener);
  }

  terminate(): void {
    this.ended = true;
  }
}

const started = (...workers: FakeWorker[]): FormatsWorker => new FormatsWorker(() => workers.shift() as unknown as Worker, null);

test("a film comes with the time that it took, and a broken file with its reason", async () => {
  const open = ({ bytes }: FormatsCalls["open"]["input"]) => {
    if (bytes.length > 200) throw new ReadingError("too-large");
    return FILM;
  };
  const formats = started(new FakeWorker({ open }));
  const opened = await formats.open(DEEP, false);
  assert.ok("film" in opened && opened.milliseconds >= 0);
  assert.deepEqual(opened.film, FILM);
  const refused = await formats.open(new Blob([DEEP, "more"]), false);
  assert.equal("reason" in refused && refused.reason, "too-large");
});

test("films are opened one after another, so that the bytes of one alone are in memory", async () => {
  let [open, most] = [0, 0];
  const formats = started(new FakeWorker({
    async open() {
      most = Math.max(most, (open += 1));
      await new Promise((resolve) => setTimeout(resolve, 5));
      open -= 1;
      return FILM;
    },
  }));
  await Promise.all([formats.open(DEEP, false), formats.open(DEEP, false), formats.open(DEEP, false)]);
  assert.equal(most, 1);
});

test("a film that is no longer wanted when its turn comes is not opened", async () => {
  let opened = 0;
  const formats = started(new FakeWorker({ open: () => ((opened += 1), FILM) }));
  const controller = new AbortController();
  const [first, second] = [formats.open(DEEP, false), formats.open(DEEP, false, controller.signal)];
  controller.abort();
  await first;
  await assert.rejects(second, { name: "AbortError" });
  assert.equal(opened, 1);
});

test("a worker that cannot be started fails its file alone, and the next one gets a new worker", async () => {
  const broken = new FakeWorker({ open: () => new Promise(() => {}) });
  const formats = started(broken, new FakeWorker({ open: () => FILM }));
  const [first, second] = [formats.open(DEEP, false), formats.open(DEEP, false)];
  setTimeout(() => broken.onerror!(), 20);
  const failed = await first;
  assert.equal("reason" in failed && failed.reason, "no-decoder");
  assert.ok(broken.ended);
  assert.ok("film" in (await second));
});

test("there is a preview of deep files alone, and none of those that cannot be opened", async () => {
  const formats = started(new FakeWorker({
    preview({ window }) {
      if (window === null) throw new ReadingError("unreadable");
      return new Blob(["picture"]);
    },
  }));
  const window = { width: 255, level: 127.5, inverted: false };
  assert.equal(await formats.preview(new Blob([Uint8Array.of(0xff, 0xd8, 0xff)]), window), null);
  assert.equal(await (await formats.preview(DEEP, window))!.text(), "picture");
  assert.equal(await formats.preview(DEEP, null), null);
});

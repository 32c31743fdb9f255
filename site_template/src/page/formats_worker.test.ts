import assert from "node:assert/strict";
import { test } from "node:test";
import type { FormatsCalls } from "../shared/formats.ts";
import { ReadingError } from "../shared/reading.ts";
import { StartError } from "../shared/start_error.ts";
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

const started = (...workers: FakeWorker[]): FormatsWorker => new FormatsWorker(() => workers.shift() as unknown as Worker, { rules: null });

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

test("where no worker can be started the file says why, and the next one tries again", async () => {
  const starts = [new StartError("missing", "404"), new StartError("missing", "404"), new StartError("unreachable", ""), new FakeWorker({ open: () => FILM })];
  const answers = [true, false];
  const start = (): Promise<Worker> => {
    const next = starts.shift()!;
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next as unknown as Worker);
  };
  const formats = new FormatsWorker(start, { rules: null, isOutdated: () => Promise.resolve(answers.shift()!) });
  const reasons = [];
  for (let file = 0; file < 4; file += 1) {
    const opened = await formats.open(DEEP, false);
    reasons.push("reason" in opened ? opened.reason : "film");
  }
  assert.deepEqual(reasons, ["page-outdated", "no-decoder", "no-decoder", "film"]);
});

test("a file that stops the worker has another one, and fails when it stops that as well; the next file has a third", async () => {
  const stuck = (): FakeWorker => {
    const worker: FakeWorker = new FakeWorker({ open: () => new Promise(() => setTimeout(() => worker.onerror!())) });
    return worker;
  };
  const once = started(stuck(), new FakeWorker({ open: () => FILM }));
  assert.ok("film" in (await once.open(DEEP, false)));
  const workers = [stuck(), stuck(), new FakeWorker({ open: () => FILM })];
  const formats = started(...workers);
  const [first, second] = await Promise.all([formats.open(DEEP, false), formats.open(DEEP, false)]);
  assert.equal("reason" in first && first.reason, "reader-stopped");
  assert.ok("film" in second);
  assert.deepEqual(workers.map(({ ended }) => ended), [true, true, false]);
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

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Status } from "../shared/reading.ts";
import { Queue, type Task } from "./queue.ts";

/** A film whose reading ends when the test says so. */
class Film implements Task {
  status: Status = "queued";
  finish: () => void = () => {};

  be(status: "queued" | "running" | "cancelled"): void {
    this.status = status;
  }

  run(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      this.finish = () => {
        this.status = "done";
        resolve();
      };
      signal.addEventListener("abort", () => reject(new DOMException("stopped", "AbortError")));
    });
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function films(count: number): Film[] {
  return Array.from({ length: count }, () => new Film());
}

test("films are read one after another, by themselves", async () => {
  const [first, second] = films(2) as [Film, Film];
  const queue = new Queue(() => {});
  queue.add([first, second]);
  assert.deepEqual([first.status, second.status], ["running", "queued"]);
  first.finish();
  await settled();
  assert.deepEqual([first.status, second.status], ["done", "running"]);
  second.finish();
  await settled();
  assert.ok(queue.idle && !queue.canStop && !queue.canStart);
});

test("Stop gives up the running film and keeps the others; Start reads it first", async () => {
  const [first, second] = films(2) as [Film, Film];
  const queue = new Queue(() => {});
  queue.add([first, second]);
  queue.stop();
  await settled();
  assert.deepEqual([first.status, second.status], ["cancelled", "queued"]);
  assert.ok(queue.canStart && !queue.canStop && queue.idle);
  queue.start();
  assert.deepEqual([first.status, second.status], ["running", "queued"]);
  first.finish();
  await settled();
  second.finish();
  await settled();
  assert.deepEqual([first.status, second.status], ["done", "done"]);
});

test("films added while halted wait for Start", async () => {
  const [first, second] = films(2) as [Film, Film];
  const queue = new Queue(() => {});
  queue.add([first]);
  queue.stop();
  await settled();
  queue.add([second]);
  await settled();
  assert.deepEqual([first.status, second.status], ["cancelled", "queued"]);
});

test("Start right after Stop loses no film", async () => {
  const [only] = films(1) as [Film];
  const queue = new Queue(() => {});
  queue.add([only]);
  queue.stop();
  queue.start();
  await settled();
  assert.equal(only.status, "running");
});

test("a removed film is never read, and what is being read is given up for the next", async () => {
  const [first, second, third] = films(3) as [Film, Film, Film];
  const queue = new Queue(() => {});
  queue.add([first, second, third]);
  queue.remove(new Set([first, second]));
  assert.deepEqual([second.status, third.status], ["queued", "running"]);
  await settled();
  assert.deepEqual([first.status, third.status], ["running", "running"], "nobody looks at the first any more");
  third.finish();
  await settled();
  assert.ok(queue.idle && !queue.canStop && !queue.canStart);
});

test("a film that is to be read again comes next, once, and sets a halted queue going", async () => {
  const [first, second, failed] = films(3) as [Film, Film, Film];
  const queue = new Queue(() => {});
  queue.add([first, second]);
  queue.stop();
  await settled();
  queue.addFirst([failed, first]);
  assert.deepEqual([failed.status, first.status, second.status], ["running", "queued", "queued"]);
  failed.finish();
  await settled();
  first.finish();
  await settled();
  second.finish();
  await settled();
  assert.ok(queue.idle && !queue.canStart);
});

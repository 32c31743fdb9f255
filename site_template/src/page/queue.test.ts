import assert from "node:assert/strict";
import { test } from "node:test";
import type { Status } from "../shared/reading.ts";
import { Queue, type Task } from "./queue.ts";

/** A film whose reading ends when the test says so. */
class Film implements Task {
  status: Status = "queued";
  finish: () => void = () => {};

  isPrepared = false;

  be(status: "queued" | "running" | "cancelled"): void {
    this.status = status;
  }

  prepare(): void {
    this.isPrepared = true;
  }

  relax(): void {
    this.isPrepared = false;
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

test("as many are read at once as there are workers, in their order, and more once there are more", async () => {
  const [first, second, third, fourth] = films(4) as [Film, Film, Film, Film];
  let workers = 1;
  const asked: number[] = [];
  const queue = new Queue(() => {}, (waiting) => {
    asked.push(waiting);
    return workers;
  });
  queue.add([first, second, third, fourth]);
  assert.deepEqual([first, second, third, fourth].map(({ status }) => status), ["running", "queued", "queued", "queued"]);
  assert.deepEqual(asked, [4, 3]);
  workers = 3;
  queue.widen();
  assert.deepEqual([first, second, third, fourth].map(({ status }) => status), ["running", "running", "running", "queued"]);
  workers = 1; // two were taken back: what is being read goes on
  second.finish();
  await settled();
  assert.deepEqual([first, second, third, fourth].map(({ status }) => status), ["running", "done", "running", "queued"]);
  third.finish();
  first.finish();
  await settled();
  assert.equal(fourth.status, "running");
});

test("Stop gives up every running film; Start reads them first, in their order", async () => {
  const all = films(5);
  const queue = new Queue(() => {}, () => 3);
  queue.add(all);
  queue.stop();
  await settled();
  assert.deepEqual(all.map(({ status }) => status), ["cancelled", "cancelled", "cancelled", "queued", "queued"]);
  assert.ok(queue.idle && queue.canStart);
  queue.start();
  assert.deepEqual(all.map(({ status }) => status), ["running", "running", "running", "queued", "queued"]);
});

test("of several that are read, a removed one makes room for the next", async () => {
  const [first, second, third] = films(3) as [Film, Film, Film];
  const queue = new Queue(() => {}, () => 2);
  queue.add([first, second, third]);
  queue.remove(new Set([first]));
  assert.deepEqual([second.status, third.status], ["running", "running"]);
  await settled();
  second.finish();
  third.finish();
  await settled();
  assert.ok(queue.idle && !queue.canStart);
});

test("the next ones are prepared, as they are waiting, and no longer when they are not the next", async () => {
  const all = films(5);
  const [first, second, third, fourth, fifth] = all as [Film, Film, Film, Film, Film];
  let ahead = 0;
  const queue = new Queue(() => {}, () => 1, () => ahead);
  const prepared = (): number[] => all.flatMap(({ isPrepared }, index) => (isPrepared ? [index] : []));
  queue.add(all);
  assert.deepEqual(prepared(), []);
  ahead = 2;
  first.finish();
  await settled();
  assert.deepEqual([second.status, prepared()], ["running", [2, 3]]);
  queue.remove(new Set([third]));
  assert.deepEqual(prepared(), [3, 4]);
  queue.stop();
  await settled();
  assert.deepEqual([prepared(), fourth.status], [[], "queued"]);
  queue.addFirst([fifth]);
  assert.deepEqual([fifth.status, prepared()], ["running", [1, 3]]);
});

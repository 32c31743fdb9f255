import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { WatchedWorker, type WorkerLost } from "./watched_worker.ts";

type Calls = { wait: { input: null; answer: string; report: number } };

/** A worker that says what the test has it say. */
class Silent {
  onmessage: ((event: unknown) => void) | null = null;
  onerror: ((event?: unknown) => void) | null = null;
  onmessageerror: (() => void) | null = null;
  ended = false;
  readonly sent: { id: number }[] = [];
  #listener: () => void = () => {};

  postMessage(message: { id: number }): void {
    this.sent.push(message);
  }

  addEventListener(_: "message", listener: () => void): void {
    this.#listener = listener;
  }

  say(message: object): void {
    this.onmessage?.({ data: message });
    this.#listener();
  }

  terminate(): void {
    this.ended = true;
  }
}

function watched() {
  const worker = new Silent();
  const lost: WorkerLost[] = [];
  const calls = new WatchedWorker<Calls>(worker as unknown as Worker, {}, 1000);
  calls.onLost = (one) => lost.push(one);
  return { worker, lost, calls };
}
const failure = (call: Promise<unknown>): Promise<WorkerLost> => call.then(() => assert.fail("it was answered"), (error: WorkerLost) => error);

test("a worker that is silent with work to do is lost, and only the call that it was at is blamed", async (context) => {
  mock.timers.enable({ apis: ["setInterval"] });
  let now = 0;
  context.mock.method(performance, "now", () => now);
  const pass = (seconds: number): void => {
    for (let step = 0; step < seconds * 2; step += 1) {
      now += 500;
      mock.timers.tick(500);
    }
  };
  const { worker, lost, calls } = watched();
  pass(100); // nothing is asked of it
  const [first, second] = [calls.call("wait", null, { patience: () => 10_000 }), calls.call("wait", null, { patience: () => 20_000 })];
  const failures = Promise.all([failure(first), failure(second)]);
  pass(15);
  worker.say({ kind: "report", id: 1, report: 1 });
  pass(15);
  assert.deepEqual([worker.ended, lost.length], [false, 0]);
  pass(6);
  const found = (await failures).map(({ loss, blamed, reason }) => [loss, blamed, reason]);
  assert.deepEqual(found, [["silent", true, "took-too-long"], ["silent", false, "took-too-long"]]);
  assert.deepEqual([worker.ended, lost.length], [true, 1]);
  await assert.rejects(calls.call("wait", null), { loss: "silent" });
  mock.timers.reset();
});

test("a worker that is told to stop and does not is lost soon", async (context) => {
  mock.timers.enable({ apis: ["setInterval"] });
  let now = 0;
  context.mock.method(performance, "now", () => now);
  const { worker, calls } = watched();
  const controller = new AbortController();
  const call = failure(calls.call("wait", null, { signal: controller.signal, patience: () => 60_000 }));
  controller.abort();
  assert.equal((await call).name, "AbortError");
  for (now = 0; now < 2000; ) {
    now += 500;
    mock.timers.tick(500);
  }
  assert.ok(worker.ended);
  mock.timers.reset();
});

test("an error in a worker and a message that cannot be read end it", async () => {
  for (const fail of [(worker: Silent) => worker.onerror!({ message: "boom" }), (worker: Silent) => worker.onmessageerror!()]) {
    const { worker, lost, calls } = watched();
    worker.say({ kind: "report", id: 7, report: 1 });
    const call = failure(calls.call("wait", null));
    fail(worker);
    assert.deepEqual([(await call).loss, (await call).reason, worker.ended, lost[0]?.blamed], ["failed", "reader-stopped", true, true]);
  }
});

test("one that fails while nothing waits blames no call, and one that was ended is not lost", () => {
  const idle = watched();
  idle.worker.say({ kind: "report", id: 7, report: 1 });
  idle.worker.onerror!({ message: "boom" });
  assert.deepEqual([idle.lost[0]?.blamed, idle.worker.ended], [false, true]);
  const ended = watched();
  ended.calls.end(new Error("another model"));
  assert.deepEqual([ended.lost.length, ended.worker.ended, ended.worker.onerror], [0, true, null]);
});

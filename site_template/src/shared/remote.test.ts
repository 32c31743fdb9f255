import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ReadingError } from "./reading.ts";
import { Remote, Transferred, type Calls, type Handlers } from "./remote.ts";

type Worker = {
  double: { input: number; answer: number };
  fail: { input: Error | string; answer: never };
  count: { input: number; answer: string; report: number };
  take: { input: Uint8Array; answer: Uint8Array };
  wait: { input: null; answer: string };
};
type Page = { name: { input: null; answer: string } };

const open: MessagePort[] = [];
after(() => open.forEach((port) => port.close()));

function connected<Theirs extends Calls, Own extends Calls>(handlers: Handlers<Theirs>, own: Handlers<Own>): [Remote<Theirs, Own>, Remote<Own, Theirs>] {
  const { port1, port2 } = new MessageChannel();
  open.push(port1, port2);
  return [new Remote<Theirs, Own>(port1, own), new Remote<Own, Theirs>(port2, handlers)];
}

const HANDLERS: Handlers<Worker> = {
  double: (input) => input * 2,
  fail: (input) => {
    throw input;
  },
  count(input, { report }) {
    for (let number = 1; number <= input; number += 1) report(number);
    return "counted";
  },
  take: (input) => new Transferred(input, [input.buffer as ArrayBuffer]),
  wait: (_, { signal }) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason as Error));
    }),
};
const page = (): Remote<Worker, Page> => connected<Worker, Page>(HANDLERS, { name: () => "page" })[0];

test("calls are answered by their own answers, in whichever order they end", async () => {
  const remote = page();
  const answers = [remote.call("double", 1), remote.call("count", 1), remote.call("double", 3)];
  assert.deepEqual(await Promise.all(answers), [2, "counted", 6]);
  assert.equal(remote.waiting, 0);
});

test("either side calls the other", async () => {
  const [, worker] = connected<Worker, Page>(HANDLERS, { name: () => "page" });
  assert.equal(await worker.call("name", null), "page");
});

test("reports come before the answer, in order", async () => {
  const reports: number[] = [];
  assert.equal(await page().call("count", 3, { onReport: (report) => reports.push(report) }), "counted");
  assert.deepEqual(reports, [1, 2, 3]);
});

test("a reading error keeps its reason and message, any other its message", async () => {
  const remote = page();
  const { port1, port2 } = new MessageChannel();
  open.push(port1, port2);
  new Remote(port2, { read: () => { throw new ReadingError("too-large", "9×9"); } });
  const reader = new Remote<{ read: { input: null; answer: null } }>(port1, {});
  await assert.rejects(reader.call("read", null), (error) => {
    assert.ok(error instanceof ReadingError);
    assert.deepEqual([error.reason, error.message], ["too-large", "too-large: 9×9"]);
    return true;
  });
  await assert.rejects(remote.call("fail", new RangeError("out")), /^Error: out$/);
  await assert.rejects(remote.call("fail", "words"), /^Error: words$/);
});

test("buffers are handed over both ways", async () => {
  const bytes = Uint8Array.of(1, 2, 3);
  const back = await page().call("take", bytes, { transfer: [bytes.buffer] });
  assert.deepEqual([bytes.length, ...back], [0, 1, 2, 3]);
});

test("an aborted call rejects at once and asks the other side to stop; one that is aborted before is never sent", async () => {
  let stop = (): void => {};
  const stopped = new Promise<void>((resolve) => (stop = resolve));
  const wait: Handlers<Worker>["wait"] = (_, { signal }) => new Promise(() => signal.addEventListener("abort", stop));
  const [remote] = connected<Worker, Page>({ ...HANDLERS, wait }, { name: () => "page" });
  const controller = new AbortController();
  const waiting = remote.call("wait", null, { signal: controller.signal });
  controller.abort();
  await assert.rejects(waiting, { name: "AbortError" });
  await stopped;
  assert.equal(remote.waiting, 1, "the other side has not said that it stopped");
  await assert.rejects(remote.call("wait", null, { signal: controller.signal }), { name: "AbortError" });
  assert.equal(remote.waiting, 1);
});

test("nothing is reported after an abort", async () => {
  const controller = new AbortController();
  const reports: number[] = [];
  const onReport = (report: number): void => {
    reports.push(report);
    controller.abort();
  };
  const remote = page();
  await assert.rejects(remote.call("count", 3, { signal: controller.signal, onReport }), { name: "AbortError" });
  await remote.call("double", 1);
  assert.deepEqual(reports, [1]);
});

test("the patience is the greatest of the calls that wait, and small with those that were aborted", async () => {
  const { port1 } = new MessageChannel();
  open.push(port1);
  const remote = new Remote<Worker>(port1, {}, 10);
  assert.equal(remote.patience, null);
  const controller = new AbortController();
  let patience = 200;
  remote.call("wait", null, { signal: controller.signal, patience: () => patience }).catch(() => {});
  remote.call("wait", null, { patience: () => 100 }).catch(() => {});
  assert.equal(remote.patience, 200);
  patience = 300;
  assert.equal(remote.patience, 300);
  controller.abort();
  assert.equal(remote.patience, 100);
  remote.end(new Error("over"));
  assert.equal(remote.patience, null);
});

test("when the other side is ended, the call that waits for longest can have an error of its own", async () => {
  const remote = page();
  const calls = [remote.call("wait", null), remote.call("wait", null)];
  remote.end(new Error("innocent"), new Error("blamed"));
  assert.deepEqual((await Promise.allSettled(calls)).map((call) => (call as PromiseRejectedResult).reason.message), ["blamed", "innocent"]);
});

test("where a message cannot be read, no call waits for its answer", async () => {
  const { port1, port2 } = new MessageChannel();
  open.push(port1, port2);
  const remote = new Remote<Worker>(port1, {});
  const other = new Remote<Page, Worker>(port2, HANDLERS);
  const waiting = remote.call("wait", null);
  port2.onmessageerror!(new MessageEvent("messageerror"));
  await assert.rejects(waiting, { reason: "reader-stopped" });
  assert.equal(other.waiting, 0);
});

test("when the other side is ended every call rejects, and so do later ones", async () => {
  const remote = page();
  const waiting = remote.call("wait", null);
  remote.end(new Error("another model was chosen"));
  await assert.rejects(waiting, /another model/);
  await assert.rejects(remote.call("double", 2), /another model/);
});

test("what cannot be sent rejects its call alone", async () => {
  const remote = page();
  await assert.rejects(remote.call("double", (() => {}) as unknown as number), { name: "DataCloneError" });
  assert.deepEqual([remote.waiting, await remote.call("double", 2)], [0, 4]);
});

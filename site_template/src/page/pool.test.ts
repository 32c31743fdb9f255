import assert from "node:assert/strict";
import { test } from "node:test";
import { Pool, type Seat } from "./pool.ts";

const SIZE = { most: 2, worth: 100, idle: 30_000 };
const GONE = new Error("gone");

function fake() {
  const ended: Error[] = [];
  return { waiting: 0, ended, onLost: (_: Error) => {}, end: (error: Error) => void ended.push(error) };
}

const asWorker = (worker: ReturnType<typeof fake>): Seat["worker"] => worker as unknown as Seat["worker"];
const aMoment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

async function pool() {
  const plain = [fake(), fake()];
  const others = [fake(), fake()];
  const made = new Pool(SIZE, async () => asWorker(plain.shift()!), () => {});
  const [first] = plain;
  made.consider(1000);
  await aMoment();
  return { made, first: first!, others, open: async () => asWorker(others.shift()!) };
}

test("others read in the place of all, the first included", async () => {
  const { made, first, others, open } = await pool();
  assert.deepEqual([made.width, made.restsFirst], [2, false]);
  const [one, two] = others;
  assert.ok(made.replace(open, GONE));
  assert.equal(made.width, 2, "until one is there, all read on");
  await aMoment();
  assert.deepEqual(first.ended, [GONE]);
  assert.deepEqual([made.width, made.restsFirst], [1, true]);
  made.consider(1000);
  await aMoment();
  assert.deepEqual(made.seats.map(({ worker }) => worker), [one, two].map((worker) => asWorker(worker!)), "the next one is of the same kind");
  made.close(GONE);
});

test("where none of them can be had, all read on", async () => {
  const { made, first } = await pool();
  assert.ok(made.replace(() => Promise.reject(new Error("it is wrong")), GONE));
  await aMoment();
  assert.deepEqual([made.width, made.restsFirst, first.ended], [2, false, []]);
  made.close(GONE);
});

test("one that is lost gives the first its place back, and the next one is of the first kind", async () => {
  const { made, others, open } = await pool();
  const [one] = others;
  made.replace(open, GONE);
  await aMoment();
  one!.onLost(new Error("lost"));
  assert.deepEqual([made.width, made.restsFirst], [1, false]);
  made.consider(1000);
  await aMoment();
  assert.equal(made.width, 2);
  assert.equal(others.length, 1);
  made.close(GONE);
});

test("one starts at a time, none once it is closed, and another model begins with the first kind", async () => {
  const { made, others, open } = await pool();
  assert.ok(made.replace(open, GONE));
  assert.ok(!made.replace(open, GONE), "one at a time");
  await aMoment();
  made.close(GONE);
  assert.ok(!made.replace(open, GONE), "nothing starts once it is closed");
  made.reopen();
  assert.equal(made.restsFirst, false, "another model begins with the first kind");
  assert.equal(others.length, 1);
  made.close(GONE);
});

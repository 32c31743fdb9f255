import assert from "node:assert/strict";
import { mock, test } from "node:test";
import type { Trial } from "../shared/protocol.ts";
import { Pool } from "./pool.ts";
import { pays, second, type First } from "./second_engine.ts";

Object.assign(globalThis, { location: { search: "" } });

test("a second engine pays for its bytes where many films wait, or the network is slow", () => {
  assert.ok(!pays(1, 8, 1));
  assert.ok(!pays(800, 8, 1), "a small network is through 800 films before it is here");
  assert.ok(pays(3000, 8, 1));
  assert.ok(pays(250, 100, 1), "a large one is not");
  assert.ok(!pays(3000, 8, 2), "two workers share what is saved");
  assert.ok(pays(6000, 8, 2));
});

/** A page whose network takes `own` milliseconds, and `other` on the second engine, each time it is asked; with what was said of it. */
function page({ own = 8, other = 5, problem = "", has = true, most = 2 } = {}) {
  const starts: unknown[] = [];
  const said: Trial[] = [];
  const ended: string[] = [];
  const worker = (milliseconds: number) => ({
    waiting: 0, onLost: () => {}, end: (error: Error) => void ended.push(error.message),
    call: async (name: string) => (name === "pace" ? milliseconds : [{ path: "bundle/metadata.json", content: "" }, { path: "bundle/model.json", content: "" }]),
  });
  const start = async ({ wanted }: { wanted: unknown }) => {
    starts.push(wanted);
    if (problem !== "") throw new Error(problem);
    return { worker: worker(other) };
  };
  const first = {
    site: {}, model: { has_litert: has }, worker: worker(own), handlers: {}, start,
    loaded: { status: "ready", backend: "wasm", trials: [{ backend: "wasm", milliseconds: own, problem: null }], tensors: 0, readsBlobs: true },
    onState: ({ trials }: { trials: Trial[] }) => void said.push(trials.at(-1)!),
  } as unknown as First;
  const pool = new Pool({ most, worth: 1e9, idle: 30_000 }, async () => assert.fail("no other worker"), () => {});
  return { pool, first, said, starts, ended };
}

const aMoment = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function long(): Promise<void> {
  for (let time = 0; time < 8; time += 1) {
    await aMoment();
    mock.timers.tick(500);
  }
}

test("where it is faster it reads in the first one's place, by the same picture of the bundle and its own network", async (test) => {
  const { pool, first, said, starts } = page();
  test.after(() => pool.close(new Error("over")));
  second(pool, first, 6000);
  second(pool, first, 6000);
  await aMoment();
  assert.deepEqual(said, [{ backend: "litert", milliseconds: 5, problem: null }]);
  assert.ok(pool.restsFirst);
  assert.equal(starts.length, 1, "once for each start of the first");
  const { files, isBrief, engine } = starts[0] as { files: { path: string }[]; isBrief: boolean; engine: string };
  assert.deepEqual([files.map(({ path }) => path), isBrief, engine], [["bundle/metadata.json"], false, "litert"]);
});

test("where it is no faster, asked again and again, or wrong, the first reads on and it is said why", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  for (const [given, why] of [[{ other: 7.9 }, /^right, and no faster: 7.9 ms for what takes 8.0 ms$/], [{ problem: "logit is 0.3 off" }, /^logit is 0.3 off$/]] as const) {
    const { pool, first, said, ended } = page(given);
    second(pool, first, 6000);
    await long();
    assert.equal(said.length, 1);
    assert.match(said[0]!.problem!, why);
    assert.deepEqual([pool.restsFirst, ended.length], [false, "other" in given ? 1 : 0]);
    second(pool, first, 6000);
    await long();
    assert.equal(said.length, 1, "not tried again");
    pool.close(new Error("over"));
  }
  mock.timers.reset();
});

test("nothing is fetched for a short batch, a bundle without a network for it, a phone, or somebody who saves data", async () => {
  const connection = { value: { saveData: true }, configurable: true };
  for (const [given, waiting, saves] of [[{}, 2000, false], [{ has: false }, 6000, false], [{ most: 1 }, 6000, false], [{}, 6000, true]] as const) {
    const { pool, first, starts } = page(given);
    if (saves) Object.defineProperty(navigator, "connection", connection);
    second(pool, first, waiting);
    await aMoment();
    assert.equal(starts.length, 0);
    pool.close(new Error("over"));
  }
  Reflect.deleteProperty(navigator, "connection");
});

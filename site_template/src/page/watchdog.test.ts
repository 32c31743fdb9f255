import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Watchdog, within } from "./watchdog.ts";

/** A watchdog whose clock the test moves. */
function watched(patience: () => number | null) {
  let now = 0;
  let barks = 0;
  const watchdog = new Watchdog(patience, () => (barks += 1), () => now);
  const run = (seconds: number, step = 500): void => {
    for (const end = now + seconds * 1000; now < end; ) {
      now += step;
      watchdog.tick();
    }
  };
  watchdog.heard();
  return { watchdog, run, barks: () => barks };
}

test("it barks after the patience, once", () => {
  const { watchdog, run, barks } = watched(() => 10_000);
  run(10);
  assert.equal(barks(), 0);
  run(1);
  assert.equal(barks(), 1);
  watchdog.stop();
});

test("whatever is heard begins the wait anew, and where nothing is expected it is quiet", () => {
  let patience: number | null = 10_000;
  const { watchdog, run, barks } = watched(() => patience);
  run(8);
  watchdog.heard();
  run(8);
  assert.equal(barks(), 0);
  patience = null;
  run(100);
  assert.equal(barks(), 0);
  watchdog.stop();
});

test("hours in which the laptop was shut are not waited for", () => {
  const { watchdog, run, barks } = watched(() => 10_000);
  run(5);
  run(8 * 3600, 8 * 3600 * 1000);
  run(3);
  assert.equal(barks(), 0);
  run(2);
  assert.equal(barks(), 1);
  watchdog.stop();
});

test("a patience that shrinks meanwhile counts from what was silent before", () => {
  let patience = 60_000;
  const { watchdog, run, barks } = watched(() => patience);
  run(20);
  patience = 10_000;
  run(0.5);
  assert.equal(barks(), 1);
  watchdog.stop();
});

test("what is not settled within its time rejects, and nothing else does", async () => {
  mock.timers.enable({ apis: ["setInterval"] });
  const never = within(-1, new Promise(() => {}), () => new Error("late"));
  mock.timers.tick(500);
  await assert.rejects(never, /late/);
  assert.equal(await within(1000, Promise.resolve(7), () => new Error("late")), 7);
  await assert.rejects(within(1000, Promise.reject(new Error("own")), () => new Error("late")), /own/);
  mock.timers.reset();
});

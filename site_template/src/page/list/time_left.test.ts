import assert from "node:assert/strict";
import { test } from "node:test";
import { roundedDuration, TimeLeft } from "./time_left.ts";

test("nothing is said before a few films are measured, then the mean of what they took", () => {
  const left = new TimeLeft();
  for (let film = 0; film < 5; film += 1) left.finished(film * 200);
  assert.equal(left.seconds(10), null);
  left.finished(1000);
  assert.equal(left.seconds(10), 2);
});

test("time in which the queue stood still does not count", () => {
  const left = new TimeLeft();
  for (let film = 0; film < 9; film += 1) left.finished(film * 100);
  left.pause();
  for (let film = 0; film < 9; film += 1) left.finished(1e6 + film * 100);
  assert.ok(Math.abs(left.seconds(100)! - 10) < 1e-9);
});

test("one slow film moves it a little, a slower machine moves it all the way", () => {
  const left = new TimeLeft();
  let now = 0;
  const take = (milliseconds: number): void => left.finished((now += milliseconds));
  for (let film = 0; film < 50; film += 1) take(100);
  take(1000);
  assert.ok(left.seconds(10)! < 2);
  for (let film = 0; film < 60; film += 1) take(1000);
  assert.ok(left.seconds(10)! > 9.9);
});

test("a duration is said in round numbers, and never as none at all", () => {
  assert.deepEqual(roundedDuration(0.2), { value: 5, unit: "second" });
  assert.deepEqual(roundedDuration(41), { value: 45, unit: "second" });
  assert.deepEqual(roundedDuration(52), { value: 1, unit: "minute" });
  assert.deepEqual(roundedDuration(61), { value: 2, unit: "minute" });
  assert.deepEqual(roundedDuration(3 * 3600 - 1), { value: 3, unit: "hour" });
});

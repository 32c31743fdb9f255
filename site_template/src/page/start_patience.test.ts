import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { PATIENCE_SECONDS, StartPatience, type Stage } from "./start_patience.ts";

const seconds = (count: number): void => mock.timers.tick(count * 1000);

test("a stage is waited for as long as the table says, and every sign of life begins the time anew", () => {
  mock.timers.enable({ apis: ["setInterval"] });
  const silent: Stage[] = [];
  const patience = new StartPatience(1, (stage) => silent.push(stage));
  patience.expect("network");
  for (let piece = 0; piece < 20; piece += 1) {
    seconds(PATIENCE_SECONDS.network - 1);
    patience.expect("network"); // a slow network that goes on is not cut off
  }
  patience.expect("webgl");
  seconds(PATIENCE_SECONDS.webgl - 1);
  assert.deepEqual(silent, []);
  seconds(1);
  assert.deepEqual(silent, ["webgl"]);
  seconds(100);
  assert.deepEqual(silent, ["webgl"]);
  mock.timers.reset();
});

test("after its end, and by a factor for tests, nothing is silent too long", () => {
  mock.timers.enable({ apis: ["setInterval"] });
  const silent: Stage[] = [];
  const patience = new StartPatience(0.5, (stage) => silent.push(stage));
  patience.expect("wasm");
  patience.end();
  seconds(100);
  assert.deepEqual(silent, []);
  patience.expect("wasm");
  seconds(PATIENCE_SECONDS.wasm / 2);
  assert.deepEqual(silent, ["wasm"]);
  mock.timers.reset();
});

test("no two stages in a row without a sign come to more than half a minute", () => {
  assert.ok(PATIENCE_SECONDS.wasm + PATIENCE_SECONDS.webgl < 30);
  assert.ok(PATIENCE_SECONDS.network + PATIENCE_SECONDS.worker < 30);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { actualScale, FITTED, panned, within, zoomed, type Space } from "./geometry.ts";
import { rampOf } from "../../shared/grey_window.ts";
import { changed, WHOLE } from "./grey_window.ts";

const SPACE: Space = { stage: { width: 500, height: 400 }, film: { width: 320, height: 400 }, pixels: 1280, density: 2 };

test("actual size is one pixel of the film on one of the screen", () => {
  assert.equal(actualScale(SPACE), 2);
});

test("what lies under the pointer stays there while the film is zoomed", () => {
  const point = { x: 60, y: -90 };
  const place = zoomed(SPACE, FITTED, 4, point);
  assert.deepEqual(place, { scale: 4, x: -180, y: 270 });
  const back = zoomed(SPACE, place, 3, point);
  assert.deepEqual({ x: (point.x - back.x) / back.scale, y: (point.y - back.y) / back.scale }, point);
});

test("a film leaves no more of its stage empty than it must", () => {
  assert.deepEqual(panned(SPACE, FITTED, { x: 50, y: 50 }), FITTED);
  assert.deepEqual(panned(SPACE, { scale: 2, x: 0, y: 0 }, { x: 1000, y: -1000 }), { scale: 2, x: 70, y: -200 });
});

test("no film is zoomed beyond eight pixels of the screen for one of its own, nor below fitted", () => {
  assert.equal(within(SPACE, { scale: 100, x: 0, y: 0 }).scale, 16);
  assert.equal(within(SPACE, { scale: 0.1, x: 0, y: 0 }).scale, 1);
  assert.equal(within({ ...SPACE, pixels: 320 }, { scale: 0.1, x: 0, y: 0 }).scale, 0.5, "a small one to its actual size");
});

test("a window makes its lower end black and its upper end white, or the other way round", () => {
  const near = (level: number, inverted: boolean, wanted: number): void => {
    const { slope, intercept } = rampOf({ width: 100, level: 80, inverted });
    assert.ok(Math.abs(slope * level + intercept * 255 - wanted) < 1e-9);
  };
  near(30, false, 0);
  near(80, false, 127.5);
  near(130, false, 255);
  near(30, true, 255);
  near(130, true, 0);
  assert.deepEqual(rampOf(WHOLE), { slope: 1, intercept: 0 });
});

test("a window stays within what can be shown", () => {
  assert.deepEqual(changed(WHOLE, { width: -1000, level: 1000 }, { lowest: 0, highest: 255 }), { width: 2, level: 255, inverted: false });
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { GREY_LEVELS, type Scale } from "../../shared/grey_window.ts";
import { forOthers, limitsOf, presetsOf, seenAs } from "./presets.ts";

test("a film of 8 bits is offered its own levels, and the darker and brighter part of them", () => {
  assert.deepEqual(presetsOf(GREY_LEVELS).map(({ name }) => name), ["window-own", "window-lung", "window-bone"]);
  assert.deepEqual(limitsOf(GREY_LEVELS), { lowest: 0, highest: 255 });
});

test("of a DICOM file all windows are offered, in levels of its first one, and all that is in it", () => {
  const scale = { at0: 0, perLevel: 2000 / 255, low: 0, high: 4000, unit: "", windows: [{ name: "", level: 1000, width: 2000 }, { name: "LUNG", level: 500, width: 1000 }, { name: "", level: 100, width: 200 }] };
  const presets = presetsOf(scale);
  assert.deepEqual(presets.map(({ name }) => name), ["window-own", "LUNG", "3", "window-lung", "window-bone", "window-full"]);
  assert.deepEqual(presets[1]!.window, { width: 127.5, level: 63.75 });
  assert.deepEqual(presets.at(-1)!.window, { width: 510, level: 255 });
  assert.deepEqual(limitsOf(scale), { lowest: 0, highest: 510 });
});

test("where the greatest values are black, levels go the other way", () => {
  const scale = { at0: 65535, perLevel: -257, low: 0, high: 65535, unit: "", windows: [{ name: "A", level: 0, width: 1 }, { name: "B", level: 65535 - 257 * 100, width: 257 * 20 }] };
  assert.deepEqual(presetsOf(scale)[1]!.window, { width: 20, level: 100 });
});

const deep = (at0: number, perLevel: number, unit = "CR of 12 bits, MONOCHROME2"): Scale => ({ at0, perLevel, low: 0, high: 4095, unit, windows: [] });
const window = { width: 51, level: 102, inverted: true };

test("one window for all films is the same values where files share a scale, and the same part of its own window elsewhere", () => {
  const forAll = forOthers(window, deep(0, 10));
  assert.deepEqual(seenAs(forAll, deep(100, 5)), { window: { width: 102, level: 184, inverted: true }, isPart: false }, "width 510, level 1020");
  assert.deepEqual(seenAs(forAll, deep(100, 5, "DX of 14 bits, MONOCHROME2")), { window, isPart: true });
  assert.deepEqual(seenAs(forAll, null), { window, isPart: true });
  assert.deepEqual(seenAs(forOthers(window, deep(0, 10, "")), deep(0, 5, "")), { window, isPart: false }, "of films whose scale is not known");
});

test("a preset for all films is each one's own", () => {
  const full = { ...presetsOf(deep(1000, 4)).find(({ name }) => name === "window-full")!.window, inverted: false };
  const seen = seenAs(forOthers(full, deep(1000, 4)), deep(0, 8)).window;
  assert.deepEqual([seen.width * 8, seen.level * 8], [4095, 2047.5]);
  const lung = { width: 170, level: 85, inverted: false };
  assert.deepEqual(seenAs(forOthers(lung, deep(0, 10)), deep(100, 5)), { window: lung, isPart: false });
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { GREY_LEVELS } from "../../shared/grey_window.ts";
import { limitsOf, presetsOf } from "./presets.ts";

test("a film of 8 bits is offered its own levels, and the darker and brighter part of them", () => {
  assert.deepEqual(presetsOf(GREY_LEVELS).map(({ name }) => name), ["window-own", "window-lung", "window-bone"]);
  assert.deepEqual(limitsOf(GREY_LEVELS), { lowest: 0, highest: 255 });
});

test("of a DICOM file all windows are offered, in levels of its first one, and all that is in it", () => {
  const scale = { at0: 0, perLevel: 2000 / 255, low: 0, high: 4000, windows: [{ name: "", level: 1000, width: 2000 }, { name: "LUNG", level: 500, width: 1000 }, { name: "", level: 100, width: 200 }] };
  const presets = presetsOf(scale);
  assert.deepEqual(presets.map(({ name }) => name), ["window-own", "LUNG", "3", "window-lung", "window-bone", "window-full"]);
  assert.deepEqual(presets[1]!.window, { width: 127.5, level: 63.75 });
  assert.deepEqual(presets.at(-1)!.window, { width: 510, level: 255 });
  assert.deepEqual(limitsOf(scale), { lowest: 0, highest: 510 });
});

test("where the greatest values are black, levels go the other way", () => {
  const scale = { at0: 65535, perLevel: -257, low: 0, high: 65535, windows: [{ name: "A", level: 0, width: 1 }, { name: "B", level: 65535 - 257 * 100, width: 257 * 20 }] };
  assert.deepEqual(presetsOf(scale)[1]!.window, { width: 20, level: 100 });
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { TURNS, type Grey, type Turn } from "../shared/film.ts";
import { describe, likeness, shrink, turnedBack, withoutFrame } from "./likeness.ts";

const picture = (width: number, height: number, level: (x: number, y: number) => number): Grey => ({
  width, height, levels: Uint8Array.from({ length: width * height }, (_, at) => level(at % width, Math.floor(at / width))),
});
/** Bright in the middle and below, a little brighter at one side. */
const film = (width: number, height: number): Grey =>
  picture(width, height, (x, y) => 60 + 90 * Math.sin((Math.PI * x) / width) ** 2 + 60 * (y / height) + 10 * (x / width));

test("a film is like itself whatever its size, shape and light, and its negative is the contrary", () => {
  const mean = describe(shrink(film(300, 200)));
  const dim = { ...film(900, 1300), levels: film(900, 1300).levels.map((level) => 40 + level / 3) };
  assert.ok(likeness(shrink(dim), mean) > 0.99);
  assert.ok(likeness(turnedBack(shrink(dim), "inverted"), mean) < -0.99);
});

test("a frame of one grey is not part of a film", () => {
  const whole = film(64, 64);
  const framed = picture(64, 64, (x, y) => (x < 6 || y < 10 || x > 60 ? 255 : whole.levels[y * 64 + x]!));
  const { width, height } = withoutFrame(framed);
  assert.deepEqual([width, height], [55, 54]);
});

test("a blank picture is like nothing, and stays whole", () => {
  const blank = picture(64, 64, () => 7);
  assert.equal(withoutFrame(blank), blank);
  assert.deepEqual(new Set(describe(blank)), new Set([0]));
});

test("turned back, a corner is where it was", () => {
  const upright = picture(3, 2, (x, y) => 10 * y + x); //  0 1 2 / 10 11 12
  const turned: Record<Turn, Grey> = {
    "inverted": { width: 3, height: 2, levels: Uint8Array.of(255, 254, 253, 245, 244, 243) },
    "upside-down": { width: 3, height: 2, levels: Uint8Array.of(12, 11, 10, 2, 1, 0) },
    "clockwise": { width: 2, height: 3, levels: Uint8Array.of(10, 0, 11, 1, 12, 2) },
    "anticlockwise": { width: 2, height: 3, levels: Uint8Array.of(2, 12, 1, 11, 0, 10) },
  };
  for (const turn of TURNS) assert.deepEqual(turnedBack(turned[turn], turn), upright, turn);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { describe, shrink } from "../../image/likeness.ts";
import type { Film } from "../../shared/film.ts";
import type { Limits } from "./check.ts";
import { refusalsOf } from "./checks.ts";
import * as turned from "./turned.ts";

const picture = (width: number, height: number, level: (x: number, y: number) => number, colour = 0): Film => ({
  width, height, planes: null, frames: 1, colour, concern: null,
  levels: Uint8Array.from({ length: width * height }, (_, at) => Math.round(level(at % width, Math.floor(at / width)))),
});
/** The left half of a mean film, 8 × 4; the right one mirrors it. */
const LEFT = [
  [-14, -6, 1, 10], [-14, 0, 3, 9], [-17, 0, 0, 10], [-19, -1, 0, 13], [-20, -4, 2, 16], [-21, -5, 4, 16], [-20, 0, 11, 19], [-18, 8, 18, 21],
];
/** The level at a place, given as shares of the sides. */
const chest = (u: number, v: number): number => {
  const [x, y] = [Math.min(3, Math.max(0, 8 * Math.min(u, 1 - u) - 0.5)), Math.min(7, Math.max(0, 8 * v - 0.5))];
  const [left, top] = [Math.min(2, Math.trunc(x)), Math.min(6, Math.trunc(y))];
  const across = (row: number): number => LEFT[row]![left]! + (x - left) * (LEFT[row]![left + 1]! - LEFT[row]![left]!);
  return 128 + 4 * (across(top) + (y - top) * (across(top + 1) - across(top))) + 8 * Math.sin(90 * v);
};
const film = (width = 200, height = 160): Film => picture(width, height, (x, y) => chest(x / width, y / height));
const collage = (columns: number, rows: number, gutter = 0): Film =>
  picture(200, 200, (x, y) => {
    const [u, v] = [((x / 200) * columns) % 1, ((y / 200) * rows) % 1];
    return Math.min(u, v, 1 - u, 1 - v) < gutter ? 255 : chest(u, v);
  });
const checks = {
  most_colour: 0.1, least_range: 16, smallest_side: 128, mean_film: describe(shrink(film())), collage: { likeness: 0.55, edge: 3 },
};
const concernsOf = (one: Film, limits: Limits) => refusalsOf({ film: one, small: shrink(one) }, limits).map(({ concern }) => concern);
const turnsOf = (one: Film, limits: Limits) => turned.turnsOf({ small: shrink(one) }, limits);
const reasons = (one: Film): string[] => concernsOf(one, checks).map(({ reason, seen, expected }) => `${reason} ${seen}/${expected}`);

test("nothing speaks against a film, and without checks against no picture", () => {
  assert.deepEqual(reasons(film()), []);
  assert.deepEqual(turnsOf(film(), checks), []);
  const blank = picture(20, 20, () => 0, 1);
  assert.deepEqual([concernsOf(blank, {}), turnsOf(blank, {})], [[], []]);
});

test("what a picture is comes before how it was taken, and its size last", () => {
  assert.deepEqual(reasons({ ...film(127, 90), colour: 0.37 }), ["colour-photograph 37/10", "too-small 90/128"]);
  assert.deepEqual(reasons(picture(200, 200, (x) => 3 + (x % 12))), ["too-dark-or-blank 11/16"]);
  assert.deepEqual(reasons(picture(200, 200, (x) => (x < 4 ? 0 : 255))), ["too-dark-or-blank 0/16"]);
});

test("levels are counted whatever their number, and wherever they lie", () => {
  for (const at of [0, 1, 2, 3, 4]) {
    const levels = Uint8Array.from({ length: 131 }, (_, index) => (index < 7 + at ? 0 : 10)).subarray(at);
    const blank = { ...picture(1, 1, () => 0), width: levels.length, height: 1, levels };
    // Seven levels of 0 are a twentieth of the pixels or more, of whatever is left.
    assert.deepEqual(concernsOf(blank, { least_range: 16 }).map(({ seen }) => seen), ["10"], `${at}`);
  }
});

test("a range is as wide as all rows make it, where a part of them does not tell", () => {
  const limits = { least_range: 16 };
  // Of every fourth row all are of one level, and of the others a tenth is dark.
  const hidden = picture(40, 40, (x, y) => (y % 4 === 0 || x > 5 ? 100 : 60));
  assert.deepEqual(concernsOf(hidden, limits), []);
  // Of every fourth row a fifth is dark, which is not a twentieth of all.
  const shown = picture(40, 40, (x, y) => (y % 4 === 0 && x < 7 ? 60 : 100));
  assert.deepEqual(concernsOf(shown, limits).map(({ seen }) => seen), ["0"]);
});

test("films side by side are counted, with a gutter and without", () => {
  for (const gutter of [0, 0.04]) {
    assert.deepEqual(reasons(collage(2, 1, gutter)), ["several-films 2/1"], `${gutter}`);
    assert.deepEqual(reasons(collage(2, 2, gutter)), ["several-films 4/1"], `${gutter}`);
    assert.deepEqual(reasons(collage(3, 1, gutter)), ["several-films 3/1"], `${gutter}`);
    assert.deepEqual(reasons(collage(1, 2, gutter)), ["several-films 2/1"], `${gutter}`);
    assert.deepEqual(reasons(collage(1, 3, gutter)), ["several-films 3/1"], `${gutter}`);
  }
});

test("where there is an edge between them, films that are less like the mean film are told too", () => {
  // Of other people: each has a dark lung of its own, so that none is like the mean film.
  const unlike = (u: number, v: number): number => chest(u, v) - (u > 0.5 ? 150 : 0) * Math.sin(Math.PI * v);
  const pair = picture(200, 200, (x, y) => unlike(((x / 200) * 2) % 1, y / 200) + (x < 100 ? 60 : 0));
  const single = picture(200, 160, (x, y) => unlike(x / 200, y / 160));
  const [strict, lax] = [{ ...checks, collage: { likeness: 0.99, edge: 3 } }, { ...checks, collage: { likeness: 0.99, edge: 3, likeness_at_edge: 0.1 } }];
  assert.deepEqual(concernsOf(pair, strict), []);
  assert.deepEqual(concernsOf(pair, lax).map(({ reason, seen }) => `${reason} ${seen}`), ["several-films 2"]);
  assert.deepEqual(concernsOf(single, lax), []);
  assert.deepEqual(concernsOf(pair, { ...lax, collage: { ...lax.collage, edge: 99 } }), [], "without an edge as before");
});

test("a film that was turned looks so, and one in a frame does not", () => {
  assert.ok(turnsOf(picture(200, 160, (x, y) => 255 - chest(x / 200, y / 160)), checks).includes("inverted"));
  assert.ok(turnsOf(picture(200, 160, (x, y) => chest(x / 200, 1 - y / 160)), checks).includes("upside-down"));
  assert.ok(turnsOf(picture(200, 160, (x, y) => chest(y / 160, 1 - x / 200)), checks).includes("clockwise"));
  const framed = picture(200, 160, (x, y) => (x < 30 || y > 140 ? 255 : chest((x - 30) / 170, y / 140)));
  assert.deepEqual(turnsOf(framed, checks), []);
});

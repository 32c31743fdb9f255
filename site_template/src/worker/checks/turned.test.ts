import assert from "node:assert/strict";
import { test } from "node:test";
import type { Bundle } from "../../bundle/bundle.ts";
import type { Engine } from "../../engine/engine.ts";
import type { Film, Grey } from "../../shared/film.ts";
import { describe, shrink, turnedBack } from "../../image/likeness.ts";
import * as turned from "./turned.ts";

const upright: Film = { planes: null, frames: 1, colour: 0, concern: null, width: 64, height: 64, levels: Uint8Array.from({ length: 4096 }, (_, at) => 40 + 2 * (at >> 6) + (at & 63)) };
const mean_film = describe(shrink(upright));
/** A gate that scores a film by how far its first pixel is from that of the upright one. */
const engine = {
  run: (input: Float32Array) => Promise.resolve(new Map([["ood_score", { data: Float32Array.of(1 + Math.abs(input[0]! - 40) / 100), shape: [1] }]])),
} as unknown as Engine;
const bundle = (turned_share?: number, threshold = 1.5, within?: number): Bundle =>
  ({
    metadata: {
      image_converter: { height: 64, width: 64, channels: 1, view: "whole" }, ood: { threshold, ...(within === undefined ? {} : { within }) },
      film_checks: turned_share === undefined ? { mean_film } : { mean_film, turned_share },
    },
  }) as unknown as Bundle;

const turnOf = (of: Bundle, engine: Engine, film: Grey, asItIs: number) =>
  turned.turnOf(of, engine, { film: { ...upright, ...film }, small: shrink(film) }, asItIs);

test("a negative is named", async () => {
  const negative = turnedBack(upright, "inverted");
  assert.deepEqual(await turnOf(bundle(0.9), engine, negative, 2.75), { turn: "inverted", concern: { reason: "inverted", seen: "", expected: "" }, isWellInside: true });
  assert.equal((await turnOf(bundle(0.9), engine, turnedBack(upright, "upside-down"), 2.75))?.concern.reason, "upside-down");
});

test("what is hardly nearer, would be refused all the same, or looks as it should, was not turned", async () => {
  const negative = turnedBack(upright, "inverted");
  assert.equal(await turnOf(bundle(0.9), engine, negative, 1.1), null);
  assert.equal(await turnOf(bundle(0.9, 0.5), engine, negative, 2.75), null);
  assert.equal(await turnOf(bundle(0.9), engine, upright, 9), null);
});

test("what is not well inside validation when it is turned back may be a picture of anything", async () => {
  const negative = turnedBack(upright, "inverted");
  for (const [threshold, within, isWellInside] of [[1.5, 0.99, false], [1.5, 1, true], [1.4, undefined, false], [1.6, undefined, true]] as const) {
    assert.equal((await turnOf(bundle(0.9, threshold, within), engine, negative, 2.75))?.isWellInside, isWellInside, `${threshold}, ${within}`);
  }
});

test("a bundle that does not say how much nearer is not asked", async () => {
  assert.equal(await turnOf(bundle(), engine, turnedBack(upright, "inverted"), 9), null);
});

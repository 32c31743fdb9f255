import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { newPlanes } from "../shared/film.ts";
import { convert } from "./convert.ts";
import { resizeMatrix, type Sampling } from "./sampling.ts";
import type { View } from "./resize.ts";

interface Converter {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  readonly view: View;
  readonly colour: "grey" | "rgb";
  readonly sampling: Sampling;
}

interface Golden {
  readonly matrices: readonly { sampling: Sampling; size_in: number; size_out: number; start: number; length: number; rows: number[][] }[];
  /** `levels` [height, width] or [height, width, 3], `input` [height, width, channels]. */
  readonly pictures: readonly { converter: Converter; levels: (number | number[])[][]; input: number[][][] }[];
}

const golden = JSON.parse(readFileSync(new URL("../../../tests/golden/sampling.json", import.meta.url), "utf8")) as Golden;

test("the matrices of every sampling are Python's", () => {
  for (const { sampling, size_in, size_out, start, length, rows } of golden.matrices) {
    const bands = resizeMatrix(size_in, size_out, start, length, sampling);
    assert.equal(bands.length, rows.length);
    rows.forEach((row, y) => {
      const { first, weights } = bands[y]!;
      row.forEach((expected, x) => {
        const received = x < first ? 0 : (weights[x - first] ?? 0);
        assert.ok(Math.abs(received - expected) < 2e-5, `${sampling} ${size_in}→${size_out}, row ${y}, column ${x}`);
      });
    });
  }
});

test("pictures become the networks' inputs that they become in Python, in grey and in colour", () => {
  for (const { converter, levels, input } of golden.pictures) {
    const [height, width] = [levels.length, levels[0]!.length];
    const pixels = levels.flat();
    const planes = newPlanes(pixels.length);
    pixels.forEach((pixel, at) => planes.forEach((plane, colour) => (plane[at] = typeof pixel === "number" ? pixel : pixel[colour]!)));
    const film = { width, height, levels: planes[0], planes: converter.colour === "rgb" ? planes : null };
    const received = convert(film, { ...converter, scale: 1, offset: 0 });
    const expected = input.flat(2);
    assert.equal(received.length, expected.length);
    expected.forEach((level, index) => {
      assert.ok(Math.abs(received[index]! - level) < 0.01, `${JSON.stringify(converter)}: ${received[index]} is not ${level}`);
    });
  }
});

test("a grey picture stands three times before a network that takes colours", () => {
  const converter = { height: 1, width: 2, channels: 3, view: "whole", colour: "rgb", scale: 1, offset: 0 } as const;
  const film = { width: 2, height: 1, levels: Uint8Array.of(7, 250), planes: null };
  assert.deepEqual([...convert(film, converter)], [7, 7, 7, 250, 250, 250]);
});

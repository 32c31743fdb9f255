import assert from "node:assert/strict";
import { test } from "node:test";
import { paintBlock } from "./block.ts";
import { FREE, simdPainter } from "./block_simd.ts";

/** Numbers that look like chance, the same every time. */
function* chance(): Generator<number> {
  for (let state = 1; ; state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff) yield state / 0x7fffffff;
}

test("four at once, a block has the levels that it has one by one, whatever stands in it", () => {
  const { memory, paint } = simdPainter()!;
  const [block, painted] = [new Int32Array(memory.buffer, 0, 64), new Uint8Array(memory.buffer, FREE, 8 * 24)];
  const next = chance();
  for (const [most, share] of [[0, 1], [40, 0.1], [300, 0.5], [1_000, 1], [30_000, 1], [2 ** 27, 1]] as const) {
    for (let round = 0; round < 50; round += 1) {
      const given = Int32Array.from({ length: 64 }, () => (next.next().value! < share ? Math.round((next.next().value! * 2 - 1) * most) : 0));
      const expected = new Uint8ClampedArray(8 * 24);
      block.set(given);
      painted.fill(0);
      paint(FREE + 8, 24);
      paintBlock(given.slice(), 255, expected, 8, 24);
      assert.deepEqual([...painted], [...expected], `${most}`);
      assert.ok(block.every((one) => one === 0));
    }
  }
});

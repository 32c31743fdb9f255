import assert from "node:assert/strict";
import { test } from "node:test";
import type { Come } from "../shared/protocol.ts";
import { attempt, type Reads } from "./film_call.ts";
import { patienceOf } from "./patience.ts";
import type { Seat } from "./pool.ts";

Object.assign(globalThis, { ImageBitmap: class {} }); // which browsers have, and Node has not

const READS = { site: {}, loaded: { backend: "wasm", trials: [] } } as unknown as Reads;
const FILE = new Blob([new Uint8Array(1000)]);

for (const name of ["read", "heatMap"] as const) {
  test(`${name}: a film is waited for by what its header promises, and the network has it when it is decoded`, async () => {
    const seen: unknown[] = [];
    const [waits, shares] = [patienceOf(), [] as number[]];
    const seat = {
      isInNetwork: false,
      worker: {
        call: async (_: string, __: unknown, { patience, onReport }: { patience: () => number; onReport: (come: Come) => void }) => {
          const look = (): number => seen.push([patience(), seat.isInNetwork]);
          look();
          onReport({ pixels: 99_000_000 });
          look();
          onReport({ pixels: 98_000_000, share: 0 });
          look();
          onReport({ share: 0.5 });
          look();
        },
      },
    } as unknown as Seat;
    await attempt(READS, seat, FILE, FILE, { name, inputOf: () => null as never, signal: undefined, onReport: (share) => shares.push(share) });
    const [unknown, promised, decoded] = [waits.ofFile(1000, 0), waits.ofPicture(99_000_000, 0), waits.ofPicture(98_000_000, 0)];
    assert.deepEqual(seen, [[unknown, false], [promised, false], [decoded, true], [decoded, true]]);
    assert.deepEqual([shares, seat.isInNetwork], [[0, 0.5], false]);
  });
}

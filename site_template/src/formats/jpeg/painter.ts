// Makes the picture of a grey JPEG while its blocks are looked through, and stops where it turns out to be in colour.

import type { Grey } from "../../shared/film.ts";
import { paintBlock, SIDE } from "./block.ts";
import { hasRoom } from "../../shared/assembler.ts";
import { FREE, simdPainter } from "./block_simd.ts";
import { quickTable, type Bits, type Blocks } from "./entropy.ts";

/** What a painter throws at the first block that has a colour. */
export class InColour extends Error {}

/** What of a frame is painted. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  /** Blocks from one row of them to the next. */
  readonly stride: number;
  /** Rows of blocks that come together. */
  readonly together: number;
}

/** Whole rows of blocks; those beside and below the picture's edge too. */
interface Strip {
  readonly levels: Uint8Array | Uint8ClampedArray;
  /** Where a block's coefficients stand; all are 0 before and afterwards. */
  readonly block: Int32Array;
  /** Writes a block's levels from `at` on, a row each `stride`; `columns` has a bit for each column that may hold any but a first coefficient. */
  readonly paint: (columns: number, at: number, stride: number) => void;
}

export class Painter {
  readonly #canvas: Canvas;
  readonly #steps: Uint16Array;
  readonly #quick: Int32Array;
  readonly #strip: Strip;
  /** The first row of blocks that is in the strip. */
  #first = 0;
  readonly #levels: Uint8Array<ArrayBuffer>;

  /** `steps` are those of the luma, and `blocks` its blocks in the only scan. */
  constructor(canvas: Canvas, steps: Uint16Array, { ac }: Blocks) {
    this.#canvas = canvas;
    this.#steps = steps;
    this.#quick = quickTable(ac!);
    this.#levels = new Uint8Array(canvas.width * canvas.height);
    const size = canvas.stride * canvas.together * SIDE * SIDE;
    this.#strip = simdStrip(size) ?? plainStrip(size);
  }

  get grey(): Grey {
    this.#take();
    const { width, height } = this.#canvas;
    return { width, height, levels: this.#levels };
  }

  /** The next block of luma. */
  luma(bits: Bits, blocks: Blocks, index: number): void {
    const { stride, together } = this.#canvas;
    const y = Math.trunc(index / stride);
    if (y >= this.#first + together) {
      this.#take();
      this.#first = y;
    }
    const strip = this.#strip;
    const columns = bits.coefficients(blocks, index, strip.block, this.#steps, this.#quick);
    const row = stride * SIDE;
    strip.paint(columns, (y - this.#first) * SIDE * row + (index - y * stride) * SIDE, row);
  }

  /** The next block of a colour: where it has none, the luma is the picture. */
  chroma(bits: Bits, blocks: Blocks, index: number): void {
    const isPattern = bits.sequential(blocks, index);
    if (isPattern || blocks.before !== 0) throw new InColour();
  }

  /** Brings what is in the strip to its place. */
  #take(): void {
    const { width, height, stride, together } = this.#canvas;
    for (let row = 0, y = this.#first * SIDE; row < together * SIDE && y < height; row += 1, y += 1) {
      const from = row * stride * SIDE;
      this.#levels.set(this.#strip.levels.subarray(from, from + width), y * width);
    }
  }
}

function plainStrip(size: number): Strip {
  const [levels, block] = [new Uint8ClampedArray(size), new Int32Array(SIDE * SIDE)];
  return { levels, block, paint: (columns, at, stride) => paintBlock(block, columns, levels, at, stride) };
}

/** Null where there is no SIMD, or no memory for it. */
function simdStrip(size: number): Strip | null {
  const simd = simdPainter();
  if (simd === null || !hasRoom(simd.memory, FREE + size)) return null;
  const { memory, paint } = simd;
  const block = new Int32Array(memory.buffer, 0, SIDE * SIDE);
  block.fill(0); // one that was torn may have been left
  return { levels: new Uint8Array(memory.buffer, FREE, size), block, paint: (_, at, stride) => paint(FREE + at, stride) };
}

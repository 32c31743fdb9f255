// Makes the picture of a grey JPEG while its blocks are looked through, and stops where it turns out to be in colour.

import type { Grey } from "../../shared/film.ts";
import { paintBlock, SIDE } from "./block.ts";
import { quickTable, type Bits, type Blocks } from "./entropy.ts";

/** What a painter throws at the first block that has a colour. */
export class InColour extends Error {}

/** What of a frame is painted. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  /** Blocks from one row of them to the next. */
  readonly stride: number;
}

export class Painter {
  readonly #canvas: Canvas;
  readonly #steps: Uint16Array;
  readonly #quick: Int32Array;
  readonly #block = new Int32Array(SIDE * SIDE);
  /** Where a block lies over the picture's edge. */
  readonly #edge = new Uint8ClampedArray(SIDE * SIDE);
  readonly #levels: Uint8ClampedArray<ArrayBuffer>;

  /** `steps` are those of the luma, and `blocks` its blocks in the only scan. */
  constructor(canvas: Canvas, steps: Uint16Array, { ac }: Blocks) {
    this.#canvas = canvas;
    this.#steps = steps;
    this.#quick = quickTable(ac!);
    this.#levels = new Uint8ClampedArray(canvas.width * canvas.height);
  }

  get grey(): Grey {
    const { width, height } = this.#canvas;
    return { width, height, levels: new Uint8Array(this.#levels.buffer) };
  }

  /** The next block of luma. */
  luma(bits: Bits, blocks: Blocks, index: number): void {
    const levels = this.#levels;
    const columns = bits.coefficients(blocks, index, this.#block, this.#steps, this.#quick);
    const { width, height, stride } = this.#canvas;
    const [x, y] = [(index % stride) * SIDE, Math.trunc(index / stride) * SIDE];
    if (x + SIDE <= width && y + SIDE <= height) return paintBlock(this.#block, columns, levels, y * width + x, width);
    paintBlock(this.#block, columns, this.#edge, 0, SIDE);
    if (x >= width) return;
    for (let row = 0; row < SIDE && y + row < height; row += 1) {
      levels.set(this.#edge.subarray(row * SIDE, row * SIDE + Math.min(SIDE, width - x)), (y + row) * width + x);
    }
  }

  /** The next block of a colour: where it has none, the luma is the picture. */
  chroma(bits: Bits, blocks: Blocks, index: number): void {
    const isPattern = bits.sequential(blocks, index);
    if (isPattern || blocks.before !== 0) throw new InColour();
  }
}

// A JPEG's entropy-coded data, bit by bit: Huffman codes and what follows them (ITU-T T.81, annexes F, G and H). Makes no picture.

import { torn } from "../torn.ts";

/** By the next 16 bits: a code's length times 256, plus its symbol; 0 where no code begins so. */
export type HuffmanTable = Uint16Array;

/** By how many codes there are of each length 1–16, and their symbols in order. */
export function huffmanTable(counts: ArrayLike<number>, symbols: ArrayLike<number>): HuffmanTable {
  const table = new Uint16Array(0x10000);
  let [code, next] = [0, 0];
  for (let length = 1; length <= 16; length += 1) {
    for (let index = 0; index < counts[length - 1]!; index += 1, next += 1, code += 1) {
      if (code >= 1 << length) throw torn("a Huffman table has more codes than there can be");
      table.fill((length << 8) | symbols[next]!, code << (16 - length), (code + 1) << (16 - length));
    }
    code <<= 1;
  }
  return table;
}

/** A component's blocks in a scan: what decoding one block needs and leaves. */
export interface Blocks {
  readonly dc: HuffmanTable | null;
  readonly ac: HuffmanTable | null;
  /** Of 64 coefficients in zigzag order: the highest size that a coefficient of a real picture has. */
  readonly mostBits: Uint8Array;
  /** The highest first coefficient that a real picture has, without its sign. */
  readonly mostDc: number;
  /** First coefficients of all blocks. */
  readonly averages: Int16Array;
  /** Progressive: a bit for each of a block's coefficients, set where it is not zero. */
  readonly isSet: Uint32Array;
  /** First coefficient of the block before. */
  before: number;
}

/** The part of a scan that a decoder must have: up to its end or the next restart marker, without stuffed bytes. */
export class Bits {
  readonly #bytes: Uint8Array;
  #at = 0;
  #end = 0;
  /** Blocks to come whose coefficients of this scan are all zero. */
  #endOfBand = 0;

  constructor(longest: number) {
    this.#bytes = new Uint8Array(longest + 8);
  }

  /** Takes the data from `at` on. Returns where the marker behind it stands. */
  take(source: Uint8Array, at: number): number {
    const bytes = this.#bytes;
    let to = 0;
    for (; at < source.length; at += 1) {
      const byte = source[at]!;
      if (byte === 0xff) {
        const next = source[at + 1];
        if (next === 0xff) continue;
        if (next !== 0) break;
        at += 1;
      }
      bytes[to] = byte;
      to += 1;
    }
    bytes.fill(0, to, to + 8);
    this.#at = 0;
    this.#end = to * 8;
    this.#endOfBand = 0;
    return at;
  }

  /** Whole bytes that were not used, those of zeros behind all others left out. */
  get unused(): number {
    if (this.#at > this.#end) throw torn("the data end before the picture does");
    if (this.#endOfBand > 0) throw torn("a run goes on behind the last block");
    const first = (this.#at + 7) >> 3;
    let last = this.#end >> 3;
    while (last > first && this.#bytes[last - 1] === 0) last -= 1;
    return last - first;
  }

  /** One block of a sequential scan, at this place among its component's blocks. */
  sequential(blocks: Blocks, index: number): void {
    this.first(blocks, index, 0);
    const [table, most] = [blocks.ac!, blocks.mostBits];
    for (let k = 1; k < 64; k += 1) {
      const symbol = this.#symbol(table);
      const size = symbol & 15;
      if (size === 0) {
        if (symbol === 0) break;
        if (symbol !== 0xf0) throw torn("a run of zeros that there cannot be");
        k += 15;
      } else {
        k += symbol >> 4;
        if (k > 63) throw torn("a block of more than 64 coefficients");
        if (size > most[k]!) throw torn("a coefficient that no picture has");
        this.#at += size;
      }
    }
    if (this.#at > this.#end) throw torn("the data end before the picture does");
  }

  /** A block's first coefficient, but for its `low` lowest bits. */
  first(blocks: Blocks, index: number, low: number): void {
    const size = this.#symbol(blocks.dc!);
    if (size > 15) throw torn("a difference that there cannot be");
    blocks.before += this.#signed(size);
    const value = blocks.before << low;
    if (value > blocks.mostDc || value < -blocks.mostDc) throw torn("a block brighter or darker than any picture");
    blocks.averages[index] = value;
    if (this.#at > this.#end) throw torn("the data end before the picture does");
  }

  /** Another bit of a block's first coefficient. */
  refinedFirst(blocks: Blocks, index: number, low: number): void {
    blocks.averages[index]! |= this.#bit() << low;
    if (this.#at > this.#end) throw torn("the data end before the picture does");
  }

  /** A block's coefficients `from` to `to`, but for their `low` lowest bits. */
  band(blocks: Blocks, index: number, from: number, to: number, low: number): void {
    if (this.#endOfBand > 0) {
      this.#endOfBand -= 1;
      return;
    }
    const [table, most] = [blocks.ac!, blocks.mostBits];
    for (let k = from; k <= to; k += 1) {
      const symbol = this.#symbol(table);
      const [run, size] = [symbol >> 4, symbol & 15];
      if (size === 0) {
        if (run < 15) {
          this.#endOfBand = (1 << run) + this.#unsigned(run) - 1;
          break;
        }
        k += 15;
      } else {
        k += run;
        if (k > to) throw torn("a block of more coefficients than its scan has");
        if (size + low > most[k]!) throw torn("a coefficient that no picture has");
        this.#at += size;
        blocks.isSet[index * 2 + (k >> 5)]! |= 1 << (k & 31);
      }
    }
    if (this.#at > this.#end) throw torn("the data end before the picture does");
  }

  /** Another bit of a block's coefficients `from` to `to`. */
  refinedBand(blocks: Blocks, index: number, from: number, to: number): void {
    const { isSet } = blocks;
    const isZero = (k: number): boolean => ((isSet[index * 2 + (k >> 5)]! >>> (k & 31)) & 1) === 0;
    let k = from;
    if (this.#endOfBand === 0) {
      for (; k <= to; k += 1) {
        const symbol = this.#symbol(blocks.ac!);
        let run = symbol >> 4;
        const size = symbol & 15;
        if (size > 1) throw torn("a bit that has more than one");
        if (size === 0 && run < 15) {
          this.#endOfBand = (1 << run) + this.#unsigned(run);
          break;
        }
        this.#at += size;
        for (; k <= to; k += 1) {
          if (!isZero(k)) this.#at += 1;
          else if (run === 0) break;
          else run -= 1;
        }
        if (size === 0) continue;
        if (k > to) throw torn("a block of more coefficients than its scan has");
        isSet[index * 2 + (k >> 5)]! |= 1 << (k & 31);
      }
    }
    if (this.#endOfBand > 0) {
      for (; k <= to; k += 1) if (!isZero(k)) this.#at += 1;
      this.#endOfBand -= 1;
    }
    if (this.#at > this.#end) throw torn("the data end before the picture does");
  }

  /** One sample of a lossless scan. */
  sample(table: HuffmanTable): void {
    const size = this.#symbol(table);
    if (size > 16) throw torn("a difference that there cannot be");
    if (size < 16) this.#at += size;
    if (this.#at > this.#end) throw torn("the data end before the picture does");
  }

  #symbol(table: HuffmanTable): number {
    const [bytes, at] = [this.#bytes, this.#at];
    const byte = at >> 3;
    const entry = table[(((bytes[byte]! << 16) | (bytes[byte + 1]! << 8) | bytes[byte + 2]!) >> (8 - (at & 7))) & 0xffff]!;
    if (entry === 0) throw torn(at > this.#end ? "the data end before the picture does" : "a code that its table does not have");
    this.#at = at + (entry >> 8);
    return entry & 255;
  }

  /** Up to 15 bits. */
  #unsigned(size: number): number {
    const [bytes, at] = [this.#bytes, this.#at];
    const byte = at >> 3;
    this.#at = at + size;
    return (((bytes[byte]! << 16) | (bytes[byte + 1]! << 8) | bytes[byte + 2]!) >> (24 - (at & 7) - size)) & ((1 << size) - 1);
  }

  #bit(): number {
    return this.#unsigned(1);
  }

  /** A value of so many bits, by its size and what follows: the upper half of its range is above zero. */
  #signed(size: number): number {
    const value = this.#unsigned(size);
    return size === 0 || value >= 1 << (size - 1) ? value : value - (1 << size) + 1;
  }
}

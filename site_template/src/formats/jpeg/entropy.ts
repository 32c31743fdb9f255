// A JPEG's entropy-coded data, bit by bit: Huffman codes and what follows them (ITU-T T.81, annexes F, G and H). Makes no picture.

import { torn } from "../torn.ts";
import { ZIGZAG } from "./block.ts";

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

const QUICK_BITS = 11;

/** A table for coefficients, by the next QUICK_BITS bits, where a code and its value are within them: the value, the zeros before it, and the bits of both; 0 elsewhere. */
export function quickTable(table: HuffmanTable): Int32Array {
  const quick = new Int32Array(1 << QUICK_BITS);
  for (let next = 0; next < quick.length; next += 1) {
    const entry = table[next << (16 - QUICK_BITS)]!;
    const [length, run, size] = [entry >> 8, (entry >> 4) & 15, entry & 15];
    if (size === 0 || length + size > QUICK_BITS) continue;
    const bits = (next >> (QUICK_BITS - length - size)) & ((1 << size) - 1);
    quick[next] = (valueOf(bits, size) << 16) | (run << 8) | (length + size);
  }
  return quick;
}

/** A coefficient by its size and what follows: the upper half of its range is above zero. */
function valueOf(bits: number, size: number): number {
  return size === 0 || bits >= 1 << (size - 1) ? bits : bits - (1 << size) + 1;
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

/** Zeros behind the data: more than a block can take, so that only its end need be looked for. */
const BEHIND = 256;

/** The part of a scan that a decoder must have: up to its end or the next restart marker, without stuffed bytes. */
export class Bits {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  #end = 0;
  /** Blocks to come whose coefficients of this scan are all zero. */
  #endOfBand = 0;

  constructor(longest: number) {
    this.#bytes = new Uint8Array(longest + BEHIND);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Takes the data from `at` on. Returns where the marker behind it stands. */
  take(source: Uint8Array, at: number): number {
    const bytes = this.#bytes;
    let to = 0;
    for (;;) {
      const marked = source.indexOf(0xff, at);
      const end = marked === -1 ? source.length : marked;
      bytes.set(source.subarray(at, end), to);
      to += end - at;
      at = end;
      if (marked === -1) break;
      const next = source[at + 1];
      if (next === 0xff) at += 1;
      else if (next === 0) {
        bytes[to] = 0xff;
        to += 1;
        at += 2;
      } else break;
    }
    bytes.fill(0, to, to + BEHIND);
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

  /** One block of a sequential scan, at this place among its component's blocks. Returns whether there is anything in it but its average. */
  sequential(blocks: Blocks, index: number): boolean {
    this.first(blocks, index, 0);
    const [table, most] = [blocks.ac!, blocks.mostBits];
    let isPlain = true;
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
        isPlain = false;
      }
    }
    if (this.#at > this.#end) throw torn("the data end before the picture does");
    return !isPlain;
  }

  /**
   * The same, and the block's coefficients, each times its step, go to `to`, row after row, where all were 0. Returns a bit for each column in which there
   * is one behind the first row.
   */
  coefficients(blocks: Blocks, index: number, to: Int32Array, steps: Uint16Array, quick: Int32Array): number {
    this.first(blocks, index, 0);
    to[0] = blocks.before * steps[0]!;
    const [view, table, most] = [this.#view, blocks.ac!, blocks.mostBits];
    let at = this.#at;
    let columns = 0;
    for (let k = 1; k < 64; k += 1) {
      const next = view.getUint32(at >> 3) << (at & 7);
      const found = quick[next >>> (32 - QUICK_BITS)]!;
      let value = found >> 16;
      if (found !== 0) {
        at += found & 255;
        k += (found >> 8) & 15;
      } else {
        const entry = table[next >>> 16]!;
        if (entry === 0) throw torn(at > this.#end ? "the data end before the picture does" : "a code that its table does not have");
        at += entry >> 8;
        const size = entry & 15;
        if (size === 0) {
          if ((entry & 255) === 0) break;
          if ((entry & 255) !== 0xf0) throw torn("a run of zeros that there cannot be");
          k += 15;
          continue;
        }
        k += (entry >> 4) & 15;
        value = valueOf((view.getUint32(at >> 3) << (at & 7)) >>> (32 - size), size);
        at += size;
      }
      if (k > 63) throw torn("a block of more than 64 coefficients");
      if ((value < 0 ? -value : value) >> most[k]! !== 0) throw torn("a coefficient that no picture has");
      const place = ZIGZAG[k]!;
      to[place] = value * steps[k]!;
      if (place > 7) columns |= 1 << (place & 7);
    }
    this.#at = at;
    if (at > this.#end) throw torn("the data end before the picture does");
    return columns;
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

  #signed(size: number): number {
    return valueOf(this.#unsigned(size), size);
  }
}

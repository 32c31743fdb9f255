// Walks through the data of a lossless WebP (VP8L) as a decoder does, without making a picture: a hole in its codes shows in their number.

import { torn } from "../torn.ts";

/** Bits that may be left behind the last pixel. */
const MOST_UNUSED = 16;
const HEADER_BYTES = 5;
const [PREDICTOR, COLOUR, , INDEXING] = [0, 1, 2, 3];
const LITERALS = 256;
const LENGTH_CODES = 24;
const DISTANCES = 40;
/** Codes of a group: green with lengths and cached colours, red, blue, alpha, distances. */
const [GREEN, DISTANCE] = [0, 4];
const ALPHABETS = [LITERALS + LENGTH_CODES, LITERALS, LITERALS, LITERALS, DISTANCES];
const LENGTHS_ORDER = [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
const LONGEST_CODE = 15;
const MOST_GROUPS = 1 << 16;

/** By the next 15 bits, the first of them the lowest: length of the code times 65,536, plus its symbol. A code of one symbol takes no bits. */
type Code = { readonly table: Uint32Array; readonly mask: number };

class Bits {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length * 8 - this.#at;
  }

  /** Up to 24 bits. */
  peek(count: number): number {
    const [bytes, byte] = [this.#bytes, this.#at >> 3];
    const window = bytes[byte]! | (bytes[byte + 1]! << 8) | (bytes[byte + 2]! << 16) | (bytes[byte + 3]! << 24);
    return (window >>> (this.#at & 7)) & ((1 << count) - 1);
  }

  take(count: number): number {
    const value = this.peek(count);
    this.skip(count);
    return value;
  }

  skip(count: number): void {
    this.#at += count;
  }

  symbol({ table, mask }: Code): number {
    const [bytes, byte] = [this.#bytes, this.#at >> 3];
    const window = bytes[byte]! | (bytes[byte + 1]! << 8) | (bytes[byte + 2]! << 16);
    const entry = table[(window >>> (this.#at & 7)) & mask]!;
    this.#at += entry >>> 16;
    return entry & 0xffff;
  }

  checkLeft(): void {
    if (this.left < 0) throw torn("the WebP's data end before its picture does");
  }
}

/** Throws a ReadingError, `damaged`, where the data are not those of one whole picture. */
export function walkVp8l(bytes: Uint8Array): void {
  if (bytes[0] !== 0x2f) throw torn("the WebP has no picture");
  const bits = new Bits(bytes);
  bits.skip(8);
  const [width, height] = [bits.take(14) + 1, bits.take(14) + 1];
  bits.skip(HEADER_BYTES * 8 - 36);
  const seen = new Set<number>();
  let columns = width;
  while (bits.take(1)) {
    const transform = bits.take(2);
    if (seen.has(transform)) throw torn("a transform that is there twice");
    seen.add(transform);
    if (transform === PREDICTOR || transform === COLOUR) {
      const tile = bits.take(3) + 2;
      walkImage(bits, tiles(columns, tile), tiles(height, tile), false);
    } else if (transform === INDEXING) {
      const colours = bits.take(8) + 1;
      walkImage(bits, colours, 1, false);
      columns = tiles(columns, colours > 16 ? 0 : colours > 4 ? 1 : colours > 2 ? 2 : 3);
    }
    bits.checkLeft();
  }
  walkImage(bits, columns, height, true);
  if (bits.left > MOST_UNUSED) throw torn("the WebP has more data than picture");
}

function tiles(pixels: number, bits: number): number {
  return (pixels + (1 << bits) - 1) >> bits;
}

/** Returns the red and green of its pixels, as one number each, where `keeps` says so: those say which codes a tile of the main picture has. */
function walkImage(bits: Bits, width: number, height: number, isMain: boolean, keeps = false): Uint16Array | null {
  const cacheBits = bits.take(1) ? bits.take(4) : 0;
  if (cacheBits > 11) throw torn("a cache that there cannot be");
  let groupOf: Uint16Array | null = null;
  let tileBits = 0;
  let groupCount = 1;
  if (isMain && bits.take(1)) {
    tileBits = bits.take(3) + 2;
    groupOf = walkImage(bits, tiles(width, tileBits), tiles(height, tileBits), false, true)!;
    for (const group of groupOf) groupCount = Math.max(groupCount, group + 1);
    if (groupCount > MOST_GROUPS || groupCount * 5 * 4 > bits.left) throw torn("more codes than there can be");
  }
  const groups = Array.from({ length: groupCount }, () => ALPHABETS.map((size, index) => codeOf(bits, size + (index === GREEN && cacheBits > 0 ? 1 << cacheBits : 0))));
  return walkPixels(bits, width, height, groups, groupOf, tileBits, cacheBits, keeps);
}

function walkPixels(
  bits: Bits, width: number, height: number, groups: readonly (readonly Code[])[], groupOf: Uint16Array | null, tileBits: number, cacheBits: number, keeps: boolean,
): Uint16Array | null {
  const [pixels, across] = [width * height, tiles(width, tileBits)];
  const kept = keeps ? new Uint16Array(pixels) : null;
  // What is kept is also looked up by its whole colour: blue and alpha are needed for the cache.
  const colours = keeps ? new Uint32Array(pixels) : null;
  const cache = keeps && cacheBits > 0 ? new Uint32Array(1 << cacheBits) : null;
  const remember = (argb: number): void => {
    if (cache !== null) cache[Math.imul(argb, 0x1e35a7bd) >>> (32 - cacheBits)] = argb;
  };
  let codes = groups[0]!;
  const mask = tileBits > 0 ? (1 << tileBits) - 1 : 0;
  let [x, y] = [0, 0];
  for (let at = 0; at < pixels; ) {
    if (groupOf !== null && (x & mask) === 0) codes = groups[groupOf[(y >> tileBits) * across + (x >> tileBits)]!]!;
    const symbol = bits.symbol(codes[GREEN]!);
    let count = 1;
    if (symbol < LITERALS) {
      const [red, blue, alpha] = [bits.symbol(codes[1]!), bits.symbol(codes[2]!), bits.symbol(codes[3]!)];
      if (colours !== null) remember((colours[at] = ((alpha << 24) | (red << 16) | (symbol << 8) | blue) >>> 0));
    } else if (symbol < LITERALS + LENGTH_CODES) {
      count = extended(bits, symbol - LITERALS);
      const distance = distanceOf(extended(bits, bits.symbol(codes[DISTANCE]!)), width);
      if (distance > at || count > pixels - at) throw torn("a copy of what there is not");
      if (colours !== null) for (let index = at; index < at + count; index += 1) remember((colours[index] = colours[index - distance]!));
    } else if (colours !== null && cache !== null) colours[at] = cache[symbol - LITERALS - LENGTH_CODES]!;
    at += count;
    x += count;
    if (x >= width) {
      y += Math.floor(x / width);
      x %= width;
      bits.checkLeft();
    }
    // A copy may end in the middle of a tile.
    if (groupOf !== null && count > 1 && at < pixels) codes = groups[groupOf[(y >> tileBits) * across + (x >> tileBits)]!]!;
  }
  bits.checkLeft();
  if (kept !== null) for (let at = 0; at < pixels; at += 1) kept[at] = (colours![at]! >>> 8) & 0xffff;
  return kept;
}

/** A length or distance: its code, and the bits that it says are behind it. */
function extended(bits: Bits, code: number): number {
  if (code < 4) return code + 1;
  const extra = (code - 2) >> 1;
  return ((2 + (code & 1)) << extra) + bits.take(extra) + 1;
}

/** Each of the first 120 codes is a place beside the pixel, up to seven rows up, seven columns to the right and eight to the left. */
function distanceOf(code: number, width: number): number {
  if (code > NEAR.length) return code - NEAR.length;
  const [across, up] = NEAR[code - 1]!;
  return Math.max(1, across + up * width);
}

/** The 120 places: the nearest first, of those as near the upper ones, and of two in a row the right one. */
const NEAR = nearPlaces();

function nearPlaces(): (readonly [across: number, up: number])[] {
  const places: (readonly [number, number])[] = [];
  for (let up = 0; up <= 7; up += 1) for (let across = up === 0 ? 1 : -7; across <= 8; across += 1) places.push([across, up]);
  return places.sort(([x, y], [otherX, otherY]) => x * x + y * y - otherX * otherX - otherY * otherY || otherY - y || otherX - x);
}

/** Throws where the lengths are not those of a code. */
function codeOf(bits: Bits, size: number): Code {
  const lengths = new Uint8Array(size);
  if (bits.take(1)) {
    const count = bits.take(1) + 1;
    const symbols = [bits.take(bits.take(1) ? 8 : 1), ...(count === 2 ? [bits.take(8)] : [])];
    for (const symbol of symbols) {
      if (symbol >= size) throw torn("a symbol that its code does not have");
      lengths[symbol] = 1;
    }
  } else {
    const lengthLengths = new Uint8Array(19);
    const count = bits.take(4) + 4;
    for (let index = 0; index < count; index += 1) lengthLengths[LENGTHS_ORDER[index]!] = bits.take(3);
    readLengths(bits, tableOf(lengthLengths), lengths);
  }
  bits.checkLeft();
  return tableOf(lengths);
}

function readLengths(bits: Bits, code: Code, lengths: Uint8Array): void {
  let most = bits.take(1) ? bits.take(2 + 2 * bits.take(3)) + 2 : lengths.length;
  if (most > lengths.length) throw torn("a code with more symbols than there are");
  let before = 8;
  for (let at = 0; at < lengths.length && most > 0; most -= 1) {
    const symbol = bits.symbol(code);
    if (symbol < 16) {
      lengths[at] = symbol;
      at += 1;
      if (symbol !== 0) before = symbol;
      continue;
    }
    const count = symbol === 16 ? 3 + bits.take(2) : symbol === 17 ? 3 + bits.take(3) : 11 + bits.take(7);
    if (at + count > lengths.length) throw torn("a code with more symbols than there are");
    lengths.fill(symbol === 16 ? before : 0, at, at + count);
    at += count;
  }
}

function tableOf(lengths: Uint8Array): Code {
  const used = lengths.reduce((count, length) => count + (length > 0 ? 1 : 0), 0);
  if (used === 1) return { table: Uint32Array.of(lengths.findIndex((length) => length > 0)), mask: 0 };
  const longest = Math.max(...lengths);
  if (used === 0 || longest > LONGEST_CODE) throw torn("a code without symbols");
  const table = new Uint32Array(1 << longest);
  let [code, filled] = [0, 0];
  for (let length = 1; length <= longest; length += 1) {
    for (let symbol = 0; symbol < lengths.length; symbol += 1) {
      if (lengths[symbol] !== length) continue;
      if (code >= 1 << length) throw torn("a code with more symbols than there can be");
      const entry = length * 0x10000 + symbol;
      for (let index = reversed(code, length); index < table.length; index += 1 << length) table[index] = entry;
      filled += table.length >> length;
      code += 1;
    }
    code <<= 1;
  }
  if (filled !== table.length) throw torn("a code that lacks symbols");
  return { table, mask: table.length - 1 };
}

function reversed(code: number, length: number): number {
  let result = 0;
  for (let bit = 0; bit < length; bit += 1) result |= ((code >> bit) & 1) << (length - 1 - bit);
  return result;
}

// Walks through the data of a lossy WebP (VP8 key frame, RFC 6386) as a decoder does, without making a picture.
//
// Its arithmetic decoder makes something of any bytes. But after the last block it has used up what there is, and if bytes were changed, it has
// taken another way, and uses more or fewer.

import { torn } from "../torn.ts";
import { CHANGES, MODES, TOKENS } from "./probabilities.ts";

/** Bits that may be left: encoders fill their last word up; libwebp leaves 8 to 23. */
const MOST_UNUSED = 48;
/** Bits behind the end that may be used: encoders may leave zeros out. */
const MOST_MISSING = 16;
const HEADER_BYTES = 10;
const CONTEXTS = 3;
const PROBABILITIES = 11;
const BANDS = 8;
/** By a coefficient's place; the last is behind the end. */
const BAND_OF = [0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 0];
/** Extra bits of the tokens for large values, by their probabilities. */
const EXTRA = [[173, 148, 140], [176, 155, 140, 135], [180, 157, 141, 134, 130], [254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129]];
/** A small block's modes as a tree: what is not above zero is a mode, without its sign. */
const MODE_TREE = [0, 1, -1, 2, -2, 3, 4, 6, -3, 5, -4, -5, -6, 7, -7, 8, -8, -9];
const MODE_COUNT = 10;
/** Kinds of blocks: brightness behind a block of its averages, those, colour, and brightness whole. */
const [AFTER_AVERAGES, AVERAGES, COLOUR, WHOLE] = [0, 1, 2, 3];
/** Modes of a whole macroblock, as those of its small blocks. */
const [DC, TM, V, H] = [0, 1, 2, 3];

/** The arithmetic decoder (RFC 6386, section 7). */
class Bools {
  readonly #bytes: Uint8Array;
  #at = 0;
  #range = 255;
  #value = 0;
  /** Bits of `value` below the ones in use. */
  #spare = -8;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#fill();
  }

  /** Throws unless the bytes were used up. */
  checkEnd(): void {
    const left = (this.#bytes.length - this.#at) * 8 + this.#spare;
    if (left < -MOST_MISSING) throw torn("the WebP's data end before its picture does");
    if (left > MOST_UNUSED) throw torn("the WebP has more data than picture");
  }

  bit(probability: number): number {
    if (this.#spare < 0) this.#fill();
    const split = 1 + (((this.#range - 1) * probability) >> 8);
    const high = split << this.#spare;
    let bit = 0;
    if (this.#value >= high) {
      this.#value -= high;
      this.#range -= split;
      bit = 1;
    } else this.#range = split;
    if (this.#range < 128) {
      const shift = Math.clz32(this.#range) - 24;
      this.#range <<= shift;
      this.#spare -= shift;
    }
    return bit;
  }

  number(bits: number): number {
    let value = 0;
    for (let index = 0; index < bits; index += 1) value = value * 2 + this.bit(128);
    return value;
  }

  /** A number with a sign, if there is one. */
  skipOptional(bits: number): void {
    if (this.bit(128)) this.number(bits + 1);
  }

  #fill(): void {
    while (this.#spare < 0) {
      this.#value = this.#value * 256 + (this.#bytes[this.#at] ?? 0);
      this.#at += 1;
      this.#spare += 8;
    }
  }
}

interface Header {
  readonly probabilities: Uint8Array;
  readonly segments: readonly number[] | null;
  /** That a macroblock has no coefficients; null where none says so. */
  readonly skip: number | null;
  readonly partitions: number;
}

/** Throws a ReadingError, `damaged`, where the data are not those of one whole picture. */
export function walkVp8(bytes: Uint8Array): void {
  const tag = bytes[0]! | (bytes[1]! << 8) | (bytes[2]! << 16);
  const firstLength = tag >> 5;
  if ((tag & 1) !== 0 || bytes[3] !== 0x9d || bytes[4] !== 1 || bytes[5] !== 0x2a) throw torn("the WebP has no key frame");
  const [width, height] = [(bytes[6]! | (bytes[7]! << 8)) & 0x3fff, (bytes[8]! | (bytes[9]! << 8)) & 0x3fff];
  if (HEADER_BYTES + firstLength > bytes.length) throw torn("the WebP is cut short");
  const first = new Bools(bytes.subarray(HEADER_BYTES, HEADER_BYTES + firstLength));
  const header = headerOf(first);
  const parts = partitionsOf(bytes, HEADER_BYTES + firstLength, header.partitions);
  new Picture(Math.ceil(width / 16), Math.ceil(height / 16), header).walk(first, parts);
}

function headerOf(bools: Bools): Header {
  const flag = (): boolean => bools.bit(128) === 1;
  bools.number(2);
  let segments: number[] | null = null;
  if (flag()) {
    const hasMap = flag();
    if (flag()) {
      bools.number(1);
      for (let index = 0; index < 4; index += 1) bools.skipOptional(7);
      for (let index = 0; index < 4; index += 1) bools.skipOptional(6);
    }
    if (hasMap) segments = [0, 1, 2].map(() => (flag() ? bools.number(8) : 255));
  }
  bools.number(10);
  if (flag() && flag()) for (let index = 0; index < 8; index += 1) bools.skipOptional(6);
  const partitions = 1 << bools.number(2);
  bools.number(7);
  for (let index = 0; index < 5; index += 1) bools.skipOptional(4);
  bools.number(1);
  const probabilities = TOKENS.slice();
  for (const [index, change] of CHANGES.entries()) if (bools.bit(change)) probabilities[index] = bools.number(8);
  return { probabilities, segments, partitions, skip: flag() ? bools.number(8) : null };
}

function partitionsOf(bytes: Uint8Array, from: number, count: number): Bools[] {
  let at = from + 3 * (count - 1);
  if (at > bytes.length) throw torn("the WebP is cut short");
  return Array.from({ length: count }, (_, index) => {
    const sizes = from + 3 * index;
    const end = index < count - 1 ? at + (bytes[sizes]! | (bytes[sizes + 1]! << 8) | (bytes[sizes + 2]! << 16)) : bytes.length;
    if (end > bytes.length) throw torn("the WebP is cut short");
    const part = new Bools(bytes.subarray(at, end));
    at = end;
    return part;
  });
}

class Picture {
  readonly #across: number;
  readonly #down: number;
  readonly #header: Header;
  /** Modes of the small blocks above and to the left, four for each macroblock. */
  readonly #modesAbove: Uint8Array;
  readonly #modesLeft = new Uint8Array(4);
  /** Whether the blocks there have coefficients: four of brightness, two and two of colour, and the averages. */
  readonly #above: Uint8Array;
  readonly #left = new Uint8Array(9);

  constructor(across: number, down: number, header: Header) {
    this.#across = across;
    this.#down = down;
    this.#header = header;
    this.#modesAbove = new Uint8Array(across * 4);
    this.#above = new Uint8Array(across * 9);
  }

  walk(first: Bools, parts: readonly Bools[]): void {
    const { segments, skip } = this.#header;
    for (let y = 0; y < this.#down; y += 1) {
      this.#modesLeft.fill(0);
      this.#left.fill(0);
      const part = parts[y & (parts.length - 1)]!;
      for (let x = 0; x < this.#across; x += 1) {
        if (segments !== null) first.bit(first.bit(segments[0]!) === 0 ? segments[1]! : segments[2]!);
        const isEmpty = skip !== null && first.bit(skip) === 1;
        const isSmall = this.#modes(first, x);
        if (isEmpty) this.#nothing(x, isSmall);
        else this.#coefficients(part, x, isSmall);
      }
    }
    for (const part of [first, ...parts]) part.checkEnd();
  }

  /** Whether the macroblock's brightness is predicted in small blocks. */
  #modes(bools: Bools, x: number): boolean {
    const above = this.#modesAbove.subarray(x * 4, x * 4 + 4);
    const isSmall = bools.bit(145) === 0;
    if (isSmall) {
      for (let row = 0; row < 4; row += 1) {
        let mode = this.#modesLeft[row]!;
        for (let column = 0; column < 4; column += 1) {
          const from = (above[column]! * MODE_COUNT + mode) * 9;
          let next = MODE_TREE[bools.bit(MODES[from]!)]!;
          while (next > 0) next = MODE_TREE[2 * next + bools.bit(MODES[from + next]!)]!;
          above[column] = mode = -next;
        }
        this.#modesLeft[row] = mode;
      }
    } else {
      const mode = bools.bit(156) ? (bools.bit(128) ? TM : H) : bools.bit(163) ? V : DC;
      above.fill(mode);
      this.#modesLeft.fill(mode);
    }
    if (bools.bit(142) && bools.bit(114)) bools.bit(183);
    return isSmall;
  }

  #nothing(x: number, isSmall: boolean): void {
    for (const beside of [this.#above.subarray(x * 9, x * 9 + 9), this.#left]) beside.fill(0, 0, isSmall ? 8 : 9);
  }

  #coefficients(bools: Bools, x: number, isSmall: boolean): void {
    const [above, left] = [this.#above.subarray(x * 9, x * 9 + 9), this.#left];
    if (!isSmall) above[8] = left[8] = this.#block(bools, AVERAGES, above[8]! + left[8]!, 0) > 0 ? 1 : 0;
    const [kind, first] = isSmall ? [WHOLE, 0] : [AFTER_AVERAGES, 1];
    for (let row = 0; row < 4; row += 1) {
      for (let column = 0; column < 4; column += 1) {
        above[column] = left[row] = this.#block(bools, kind, above[column]! + left[row]!, first) > first ? 1 : 0;
      }
    }
    for (let plane = 4; plane < 8; plane += 2) {
      for (let row = plane; row < plane + 2; row += 1) {
        for (let column = plane; column < plane + 2; column += 1) {
          above[column] = left[row] = this.#block(bools, COLOUR, above[column]! + left[row]!, 0) > 0 ? 1 : 0;
        }
      }
    }
  }

  /** A block's tokens from its coefficient `from` on. Returns where they end. */
  #block(bools: Bools, kind: number, context: number, from: number): number {
    const { probabilities } = this.#header;
    const at = (place: number, beside: number): number => ((kind * BANDS + BAND_OF[place]!) * CONTEXTS + beside) * PROBABILITIES;
    let p = at(from, context);
    for (let place = from; place < 16; place += 1) {
      if (!bools.bit(probabilities[p]!)) return place;
      while (!bools.bit(probabilities[p + 1]!)) {
        place += 1;
        if (place === 16) return 16;
        p = at(place, 0);
      }
      if (bools.bit(probabilities[p + 2]!)) {
        skipLarge(bools, probabilities, p);
        p = at(place + 1, 2);
      } else p = at(place + 1, 1);
      bools.bit(128);
    }
    return 16;
  }
}

/** What is behind a token for more than one. */
function skipLarge(bools: Bools, probabilities: Uint8Array, p: number): void {
  if (!bools.bit(probabilities[p + 3]!)) {
    if (bools.bit(probabilities[p + 4]!)) bools.bit(probabilities[p + 5]!);
  } else if (!bools.bit(probabilities[p + 6]!)) {
    if (!bools.bit(probabilities[p + 7]!)) bools.bit(159);
    else {
      bools.bit(165);
      bools.bit(145);
    }
  } else {
    const high = bools.bit(probabilities[p + 8]!);
    for (const probability of EXTRA[high * 2 + bools.bit(probabilities[p + 9 + high]!)]!) bools.bit(probability);
  }
}

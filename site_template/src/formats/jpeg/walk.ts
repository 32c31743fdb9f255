// Walks through a JPEG as a decoder does, and finds out whether all of it is there. Makes its picture where that is grey, which hardly takes longer.
//
// Decoders go on behind whatever they cannot make sense of: a file with a hole is a picture with a shifted, garbled or grey part.

import { viewOf } from "../format.ts";
import type { Grey } from "../../shared/film.ts";
import { torn } from "../torn.ts";
import { InColour, Painter } from "./painter.ts";
import type { Unit } from "./seam.ts";
import { Bits, huffmanTable, type Blocks, type HuffmanTable } from "./entropy.ts";

interface InScan {
  readonly component: Component;
  readonly blocks: Blocks;
}

type Kind = "sequential" | "progressive" | "lossless";

interface Component {
  readonly id: number;
  readonly h: number;
  readonly v: number;
  readonly table: number;
  across: number;
  down: number;
  stride: number;
  averages: Int16Array;
  isSet: Uint32Array;
  /** By coefficient, how many of its lowest bits no scan has brought yet. */
  readonly open: Uint8Array;
}

interface Frame {
  readonly kind: Kind;
  readonly precision: number;
  readonly width: number;
  readonly height: number;
  readonly components: readonly Component[];
  readonly mcusAcross: number;
  readonly mcusDown: number;
}

/** Pixels of a block's side. */
const BLOCK = 8;
/** Bytes behind the last block of a scan that are not zeros: none, where encoders do as they should. */
const MOST_UNUSED = 0;
/** Steps on either side that one is held against, and how many times as large it may be; ordinary tables stay below 3. */
const [NEAR, MOST_TIMES] = [3, 6];
/** No scan has brought any bit. */
const NOTHING = 255;
/** Of an Adobe segment: the place of what its colours are, and the usual ones, luma and two of chroma. */
const [ADOBE_COLOURS, ADOBE_LUMA] = [11, 1];
/** Kinds of frame by marker; others (arithmetic coding, hierarchies) are not looked into. */
const KINDS: ReadonlyMap<number, Kind> = new Map([[0xc0, "sequential"], [0xc1, "sequential"], [0xc2, "progressive"], [0xc3, "lossless"]]);

/**
 * Returns its units, or null for a JPEG of a kind that is not looked into, or without any.
 *
 * `endless`: its end marker may be missing, as it may be in DICOM. Throws a ReadingError, `damaged`, where a part of the picture is missing or was
 * changed; and a RangeError where numbers in the file lead behind its end.
 */
export function walk(bytes: Uint8Array, endless = false): Unit | null {
  const walked = new Walk(bytes, false);
  return walked.all(endless) ? walked.unit : null;
}

export interface Painted {
  readonly unit: Unit | null;
  /** As it is stored. */
  readonly grey: Grey;
}

/** The same, and the picture: of a sequential one of 8 bits that is grey. Null for every other, which is to be looked through by `walk`. */
export function walkAndPaint(bytes: Uint8Array): Painted | null {
  const walked = new Walk(bytes, true);
  try {
    if (!walked.all(false) || walked.grey === null) return null;
    return { unit: walked.unit, grey: walked.grey };
  } catch (error) {
    if (error instanceof InColour) return null;
    throw error;
  }
}

class Walk {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #bits: Bits;
  readonly #dc: (HuffmanTable | undefined)[] = [];
  readonly #ac: (HuffmanTable | undefined)[] = [];
  readonly #steps: (Uint16Array | undefined)[] = [];
  #frame: Frame | null = null;
  /** Whether the frame is of a kind that is not looked into. */
  #isOther = false;
  #interval = 0;
  /** Of the only scan, where it may be painted. */
  #painter: Painter | null = null;
  #scans = 0;
  readonly #paints: boolean;
  /** Whether there is anything that some decoders refuse: the browser's is asked. */
  #isOdd = false;
  /** By an Adobe segment, colours that are not told apart as they commonly are. */
  #hasOtherColours = false;

  constructor(bytes: Uint8Array, paints: boolean) {
    this.#paints = paints;
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
    this.#bits = new Bits(bytes.length);
  }

  /** False for a kind that is not looked into. */
  all(endless: boolean): boolean {
    const view = this.#view;
    for (let at = 2; ; ) {
      while (at + 1 < view.byteLength && !(view.getUint8(at) === 0xff && (view.getUint8(at + 1) + 1) % 256 > 1)) at += 1;
      if (at + 1 >= view.byteLength) {
        if (endless) break;
        throw torn("the JPEG has no end");
      }
      const marker = view.getUint8(at + 1);
      at += 2;
      if (marker === 0xd9) break;
      this.#isOdd ||= marker === 0xd8;
      if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) continue;
      const end = at + (at + 2 <= view.byteLength ? view.getUint16(at) : Infinity);
      if (end > view.byteLength) throw torn("the JPEG is cut short");
      const segment = this.#bytes.subarray(at + 2, end);
      at = end;
      if (marker === 0xc4) this.#takeHuffman(segment);
      else if (marker === 0xdb) this.#takeSteps(segment);
      else if (marker === 0xdd) this.#interval = viewOf(segment).getUint16(0);
      else if (marker === 0xee) this.#hasOtherColours ||= segment[ADOBE_COLOURS] !== ADOBE_LUMA;
      else if (marker === 0xda) {
        if (this.#isOther) {
          // One wrong byte makes a decoder take Huffman codes for arithmetic ones, and show noise.
          if (this.#dc.length + this.#ac.length > 0) throw torn("a frame that needs no Huffman tables, and has some");
          return false;
        }
        if (this.#frame === null) throw torn("a scan before the frame");
        const next = this.#scan(segment, at);
        if (next === null) return false;
        at = next;
      } else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc8 && marker !== 0xcc) {
        const kind = KINDS.get(marker);
        if (kind === undefined) {
          this.#isOther = true;
          continue;
        }
        this.#isOdd ||= this.#frame !== null || segment.length !== 6 + segment[5]! * 3;
        this.#frame = frameOf(kind, segment);
        if (this.#frame === null) return false;
      } else if (marker < 0xdd) this.#isOdd = true;
    }
    if (this.#frame === null) throw torn("the JPEG has no picture");
    for (const { open } of this.#frame.components) {
      if (open.some((bits) => bits > 0)) throw torn("a scan is missing");
    }
    return true;
  }

  get grey(): Grey | null {
    return this.#scans === 1 && !this.#isOdd ? (this.#painter?.grey ?? null) : null;
  }

  /** Null where blocks are not what it is made of. */
  get unit(): Unit | null {
    const { kind, components, mcusAcross } = this.#frame!;
    if (kind === "lossless") return null;
    if (components.length === 1) return { width: BLOCK, height: BLOCK };
    return { width: (BLOCK * Math.max(...components.map(({ stride }) => stride))) / mcusAcross, height: BLOCK * Math.max(...components.map(({ v }) => v)) };
  }

  #takeHuffman(segment: Uint8Array): void {
    let at = 0;
    while (at + 17 <= segment.length) {
      const [kind, slot] = [segment[at]! >> 4, segment[at]! & 15];
      const counts = segment.subarray(at + 1, at + 17);
      const total = counts.reduce((sum, count) => sum + count, 0);
      if (kind > 1 || slot > 3 || total > 256 || at + 17 + total > segment.length) throw torn("a Huffman table that there cannot be");
      const symbols = segment.subarray(at + 17, at + 17 + total);
      (kind === 0 ? this.#dc : this.#ac)[slot] = huffmanTable(counts, symbols);
      this.#isOdd ||= kind === 0 && symbols.some((size) => size > 15);
      at += 17 + total;
    }
    this.#isOdd ||= at !== segment.length;
  }

  #takeSteps(segment: Uint8Array): void {
    const view = viewOf(segment);
    for (let at = 0; at < segment.length; ) {
      const [isWide, slot] = [segment[at]! >> 4 > 0, segment[at]! & 15];
      at += 1;
      const size = isWide ? 128 : 64;
      if (slot > 3 || at + size > segment.length) throw torn("a quantisation table that there cannot be");
      const steps = new Uint16Array(64);
      for (let k = 0; k < 64; k += 1) steps[k] = isWide ? view.getUint16(at + k * 2) : segment[at + k]!;
      if (steps.includes(0) || standsOut(steps)) throw torn("a quantisation table that no encoder makes");
      this.#steps[slot] = steps;
      at += size;
    }
  }

  /** Returns where the marker behind the scan stands, or null where the scan lacks a table. */
  #scan(header: Uint8Array, at: number): number | null {
    const frame = this.#frame!;
    const count = header[0] ?? 0;
    if (count < 1 || count > 4 || header.length < 4 + count * 2) throw torn("a scan header that there cannot be");
    const [from, to, bits] = header.subarray(1 + count * 2);
    const [high, low] = [bits! >> 4, bits! & 15];
    const isDc = frame.kind !== "progressive" || from === 0;
    const isAc = frame.kind === "sequential" || (frame.kind === "progressive" && from! > 0);
    if (frame.kind === "progressive" && (from! > to! || to! > 63 || (from === 0 && to !== 0) || (isAc && count > 1) || (high > 0 && high !== low + 1))) {
      throw torn("a progressive scan that there cannot be");
    }
    const inScan: InScan[] = [];
    for (let index = 0; index < count; index += 1) {
      const component = frame.components.find(({ id }) => id === header[1 + index * 2]);
      if (component === undefined) throw torn("a scan of a component that the frame does not have");
      const [dc, ac] = [this.#dc[header[2 + index * 2]! >> 4], this.#ac[header[2 + index * 2]! & 15]];
      if ((isDc && high === 0 && dc === undefined) || (isAc && ac === undefined)) return null;
      if (frame.kind === "progressive") bring(component, from!, to!, high, low);
      else component.open.fill(0);
      const steps = this.#steps[component.table];
      if (steps === undefined && frame.kind !== "lossless") return null;
      inScan.push({ component, blocks: blocksOf(frame, component, steps, dc ?? null, ac ?? null) });
    }
    this.#scans += 1;
    this.#isOdd ||= header.length !== 4 + count * 2;
    this.#painter = this.#paints && this.#scans === 1 && !this.#isOdd ? painterOf(frame, inScan, this.#steps, this.#hasOtherColours) : null;
    const decode = decoderOf(this.#bits, frame, from!, to!, high, low);
    return this.#units(frame, inScan.map((one) => ({ ...one, decode: this.#painting(one.component) ?? decode })), at);
  }

  /** Null for a component that is only looked through. */
  #painting(component: Component): Decode | null {
    const [painter, bits] = [this.#painter, this.#bits];
    if (painter === null) return null;
    return component === this.#frame!.components[0] ? (blocks, index) => painter.luma(bits, blocks, index) : (blocks, index) => painter.chroma(bits, blocks, index);
  }

  #units(frame: Frame, inScan: readonly (InScan & { readonly decode: Decode })[], at: number): number {
    const bits = this.#bits;
    const single = inScan.length === 1 ? inScan[0]!.component : null;
    const [across, down] = single === null ? [frame.mcusAcross, frame.mcusDown] : [single.across, single.down];
    let next = bits.take(this.#bytes, at);
    let [left, restarts] = [this.#interval, 0];
    for (let y = 0; y < down; y += 1) {
      for (let x = 0; x < across; x += 1) {
        if (this.#interval > 0 && left === 0) {
          if (bits.unused > MOST_UNUSED || this.#bytes[next + 1] !== 0xd0 + (restarts % 8)) throw torn("a restart marker is not where it should be");
          next = bits.take(this.#bytes, next + 2);
          for (const { blocks } of inScan) blocks.before = 0;
          restarts += 1;
          left = this.#interval;
        }
        left -= 1;
        for (const { component: { h, v, stride }, blocks, decode } of inScan) {
          if (single !== null) {
            decode(blocks, y * stride + x);
            continue;
          }
          for (let row = 0; row < v; row += 1) for (let column = 0; column < h; column += 1) decode(blocks, (y * v + row) * stride + x * h + column);
        }
      }
    }
    const goesOn = (this.#bytes[next + 1]! & 0xf8) === 0xd0 && this.#bytes[next + 2] !== 0xff;
    if (bits.unused > MOST_UNUSED || goesOn) throw torn("there are more data than picture");
    return next;
  }
}

/** Null for a picture that is not grey as far as its headers tell, or whose levels are not those of every decoder. */
function painterOf({ kind, precision, width, height, components }: Frame, inScan: readonly InScan[], steps: readonly (Uint16Array | undefined)[], hasOtherColours: boolean): Painter | null {
  const [luma] = components;
  const isOneScan = inScan.length === components.length && inScan[0]!.component === luma;
  const isLuma = components.length === 1 || (components.length === 3 && !hasOtherColours && components.every(({ id, h, v }, index) => id === index + 1 && luma!.h % h === 0 && luma!.v % v === 0));
  const ofLuma = steps[luma!.table]!;
  if (kind !== "sequential" || precision !== 8 || !isOneScan || !isLuma || ofLuma.some((step) => step > 255)) return null;
  return new Painter({ width, height, stride: luma!.stride, together: components.length === 1 ? 1 : luma!.v }, ofLuma, inScan[0]!.blocks);
}

type Decode = (blocks: Blocks, index: number) => void;

function decoderOf(bits: Bits, { kind }: Frame, from: number, to: number, high: number, low: number): Decode {
  if (kind === "sequential") return (blocks, index) => bits.sequential(blocks, index);
  if (kind === "lossless") return ({ dc }) => bits.sample(dc!);
  if (from === 0) return high === 0 ? (blocks, index) => bits.first(blocks, index, low) : (blocks, index) => bits.refinedFirst(blocks, index, low);
  return high === 0 ? (blocks, index) => bits.band(blocks, index, from, to, low) : (blocks, index) => bits.refinedBand(blocks, index, from, to);
}

/** Whether one step is many times as large or small as all that are near it: tables rise from step to step. */
function standsOut(steps: Uint16Array): boolean {
  return steps.some((step, k) => {
    const near = [...steps.subarray(Math.max(0, k - NEAR), k), ...steps.subarray(k + 1, k + 1 + NEAR)];
    return step > Math.max(...near) * MOST_TIMES || step * MOST_TIMES < Math.min(...near);
  });
}

function frameOf(kind: Kind, segment: Uint8Array): Frame | null {
  const view = viewOf(segment);
  if (segment.length < 6 || segment.length < 6 + segment[5]! * 3) throw torn("a frame header that there cannot be");
  const [precision, height, width, count] = [segment[0]!, view.getUint16(1), view.getUint16(3), segment[5]!];
  if (height === 0 || width === 0 || count === 0 || count > 4) return null;
  const factors = Array.from({ length: count }, (_, index) => ({ h: segment[7 + index * 3]! >> 4, v: segment[7 + index * 3]! & 15 }));
  if (factors.some(({ h, v }) => h < 1 || h > 4 || v < 1 || v > 4)) throw torn("a frame header that there cannot be");
  const [mostH, mostV] = [Math.max(...factors.map(({ h }) => h)), Math.max(...factors.map(({ v }) => v))];
  const side = kind === "lossless" ? 1 : 8;
  const [mcusAcross, mcusDown] = [Math.ceil(width / (side * mostH)), Math.ceil(height / (side * mostV))];
  const components = factors.map(({ h, v }, index): Component => {
    const blocks = kind === "lossless" ? 0 : mcusAcross * h * mcusDown * v;
    return {
      id: segment[6 + index * 3]!, table: segment[8 + index * 3]!, h, v, stride: mcusAcross * h,
      across: Math.ceil(Math.ceil((width * h) / mostH) / side), down: Math.ceil(Math.ceil((height * v) / mostV) / side),
      averages: new Int16Array(blocks), isSet: new Uint32Array(kind === "progressive" ? blocks * 2 : 0), open: new Uint8Array(64).fill(NOTHING),
    };
  });
  return { kind, precision, width, height, components, mcusAcross, mcusDown };
}

/** Notes what a progressive scan brings of a component. */
function bring({ open }: Component, from: number, to: number, high: number, low: number): void {
  for (let k = from; k <= to; k += 1) {
    if (open[k] !== (high === 0 ? NOTHING : high)) throw torn("a scan is missing, or there twice");
    open[k] = low;
  }
}

function blocksOf({ precision }: Frame, component: Component, steps: Uint16Array | undefined, dc: HuffmanTable | null, ac: HuffmanTable | null): Blocks {
  // No average is beyond black or white, and no pattern has more contrast than between them; rounding, and encoders that sharpen, get some room.
  const most = 1024 << Math.max(0, precision - 8);
  const mostBits = new Uint8Array(64);
  for (let k = 0; k < 64; k += 1) mostBits[k] = Math.min(15, 1 + Math.floor(Math.log2((most * 1.5) / (steps?.[k] ?? 1) + 1)));
  return { dc, ac, mostBits, mostDc: most / (steps?.[0] ?? 1) + 1, averages: component.averages, isSet: component.isSet, before: 0 };
}

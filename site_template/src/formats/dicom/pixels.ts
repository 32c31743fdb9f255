// The first frame's samples, out of whichever transfer syntax.

import dicomParser, { type DataSet, type Element } from "dicom-parser";
import { ReadingError } from "../../shared/reading.ts";
import { viewOf } from "../format.ts";
import { luma } from "../../image/grey.ts";
import { codecOf, interleaved, markedAsRgb, type Decoded } from "./codecs.ts";
import type { Header } from "./header.ts";
import type { Samples } from "./levels.ts";
import { decodeRle } from "./rle.ts";
import { streamOf, type Stream } from "./stream.ts";

export interface Frame {
  /** Sign-extended; the colours of a pixel side by side. */
  readonly samples: Samples;
  readonly isYbr: boolean;
}

/** (FFFE,E000) and (FFFE,E0DD), little-endian. */
const ITEM = 0xe000fffe;
const DELIMITER = 0xe0ddfffe;
const RLE = "1.2.840.10008.1.2.5";
/** Of uncompressed pixels; none where there is no meta header. */
const PLAIN = ["", "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.2"];

/** Throws a ReadingError where the frame is not all there or its encoding is not known. */
export async function firstFrame(data: DataSet, header: Header): Promise<Frame> {
  const count = header.rows * header.columns * header.samples;
  const { bytes, bytesPerSample, precision, isRgb, isYbr = false } = await decoded(data, header, count);
  if (bytes.length < count * bytesPerSample) throw new ReadingError("unreadable", "the picture is cut short");
  const samples = extended(bytes, count, bytesPerSample, precision ?? header.bitsStored, header.signed);
  return {
    samples: header.signed ? withSign(samples, header.bitsStored) : samples,
    isYbr: isYbr || (header.photometric.startsWith("YBR_FULL") && !isRgb),
  };
}

async function decoded(data: DataSet, header: Header, count: number): Promise<Decoded & { readonly isYbr?: boolean }> {
  const element = encapsulated(data, data.elements["x7fe00010"]!);
  const { transferSyntax, bitsAllocated, samples, frames } = header;
  const asStored = { bytesPerSample: Math.ceil(bitsAllocated / 8), precision: null, isRgb: false };
  if (element.encapsulatedPixelData !== true) {
    if (!PLAIN.includes(transferSyntax)) throw new ReadingError("unreadable", `transfer syntax ${transferSyntax} without a frame`);
    return { ...asStored, bytes: plain(data, element, header, count) };
  }
  const frame = encoded(data, element, frames);
  if (transferSyntax === RLE) return { ...asStored, bytes: decodeRle(frame, header.rows, header.columns, samples, asStored.bytesPerSample) };
  const stream = streamOf(frame);
  if (stream === null) throw new ReadingError("unreadable", "the frame has no header");
  const isColour = holdsColours(stream, header);
  const codec = codecOf(transferSyntax, stream);
  if (codec === null) throw new ReadingError("unreadable", `transfer syntax ${transferSyntax}`);
  const isUnmarked = stream.coding === "jpeg" && header.photometric === "RGB" && !stream.saysColours;
  const picture = await codec(isUnmarked ? markedAsRgb(frame) : frame);
  if (isColour) return { ...picture, bytes: lumaOf(picture.bytes, count), isRgb: false };
  // pydicom takes a stream's word for the header's as well.
  const isRgb = stream.isNamedRgb && header.photometric !== "RGB";
  return { ...picture, isRgb: picture.isRgb || isRgb, isYbr: stream.isJfif && !isRgb && !header.photometric.includes("YBR") };
}

/**
 * Whether a frame under a grey header is in colour, of which luma is meant: a JPEG of three components and 8 bits.
 *
 * Throws a ReadingError where the frame is another picture than the header says.
 */
function holdsColours({ coding, rows, columns, components, precision }: Stream, header: Header): boolean {
  const isColour = components === 3 && coding === "jpeg" && precision === 8 && header.samples === 1 && header.photometric === "MONOCHROME2";
  const differs =
    rows !== header.rows || columns !== header.columns || (components !== header.samples && !isColour) ||
    precision > header.bitsAllocated || (precision <= 8 && header.bitsStored > 8) || (coding.endsWith("jpeg") && header.bitsAllocated > 16) ||
    (coding === "jpeg" && precision === 8 && (header.bitsAllocated !== 8 || header.bitsStored !== 8));
  if (differs) {
    const said = `${header.columns}x${header.rows}x${header.samples} of ${header.bitsStored} bits`;
    throw new ReadingError("unreadable", `the header says ${said}, the frame ${columns}x${rows}x${components} of ${precision}`);
  }
  return isColour;
}

function lumaOf(rgb: Uint8Array, pixels: number): Uint8Array {
  if (rgb.length < pixels * 3) throw new ReadingError("unreadable", "the picture is cut short");
  const result = new Uint8Array(pixels);
  for (let to = 0, from = 0; to < pixels; to += 1, from += 3) result[to] = luma(rgb[from]!, rgb[from + 1]!, rgb[from + 2]!);
  return result;
}

/**
 * Throws a ReadingError where bytes are missing, in whichever frame, or where the header's picture takes fewer bytes than there are by a row
 * or more: it is another picture, but for a padding of zeros.
 */
function checkLength(bytes: Uint8Array, { rows, columns, samples, bitsAllocated, photometric, frames }: Header): void {
  const bitsPerPixel = samples * bitsAllocated * (photometric === "YBR_FULL_422" ? 2 / 3 : 1);
  const whole = Math.ceil((frames * rows * columns * bitsPerPixel) / 8);
  const excess = bytes.length - whole;
  if (excess < 0) throw new ReadingError("unreadable", "the picture is cut short");
  if (excess <= 1 || excess < (columns * bitsPerPixel) / 8 || bytes.subarray(whole).every((byte) => byte === 0)) return;
  throw new ReadingError("unreadable", `${excess} bytes more than the header says`);
}

/**
 * The element of the pixels with its fragments, where they are encapsulated: the header was read up to it.
 *
 * They end with a delimiter, of whatever length; where there is none, some of them may be missing.
 */
function encapsulated(data: DataSet, element: Element): Element {
  if (element.hadUndefinedLength !== true) {
    if (element.dataOffset + element.length > data.byteArray.length) throw new ReadingError("unreadable", "the file is cut short");
    return element;
  }
  const view = viewOf(data.byteArray as Uint8Array);
  const items: { position: number; length: number }[] = [];
  for (let at = element.dataOffset; ; ) {
    const tag = at + 8 <= view.byteLength ? view.getUint32(at, true) : null;
    if (tag === DELIMITER) break;
    const length = tag === ITEM ? view.getUint32(at + 4, true) : Infinity;
    if (at + 8 + length > view.byteLength) throw new ReadingError("unreadable", "the file is cut short");
    items.push({ position: at + 8, length });
    at += 8 + length;
  }
  const [table, ...fragments] = items;
  if (table === undefined) throw new ReadingError("unreadable", "there is no frame");
  const base = table.position + table.length;
  return {
    ...element, encapsulatedPixelData: true,
    basicOffsetTable: Array.from({ length: Math.floor(table.length / 4) }, (_, index) => view.getUint32(table.position + index * 4, true)),
    fragments: fragments.map(({ position, length }) => ({ offset: position - 8 - base, position, length })),
  };
}

/** The fragments of the first frame, joined. */
function encoded(data: DataSet, element: Element, frames: number): Uint8Array {
  const fragments = element.fragments ?? [];
  if (fragments.length === 0) throw new ReadingError("unreadable", "there is no frame");
  const table = element.basicOffsetTable ?? [];
  // A header may leave out how many frames there are; the table knows better then.
  if (frames === 1 && table.length < 2) return dicomParser.readEncapsulatedPixelDataFromFragments(data, element, 0, fragments.length) as Uint8Array;
  if (fragments.length === frames) return dicomParser.readEncapsulatedPixelDataFromFragments(data, element, 0, 1) as Uint8Array;
  const offsets = table.length > 0 ? table : dicomParser.createJPEGBasicOffsetTable(data, element);
  return dicomParser.readEncapsulatedImageFrame(data, element, 0, offsets) as Uint8Array;
}

/** Uncompressed samples of the first frame as little-endian bytes, the colours of a pixel side by side. */
function plain(data: DataSet, { dataOffset, length, vr }: Element, header: Header, count: number): Uint8Array {
  const { bitsAllocated, photometric, samples, planar } = header;
  const all = data.byteArray.subarray(dataOffset, dataOffset + length) as Uint8Array;
  checkLength(all, header);
  if (bitsAllocated === 1) return unpackedBits(all, count);
  if (photometric === "YBR_FULL_422") return fullChroma(all, count);
  const bytesPerSample = bitsAllocated / 8;
  const unit = bytesPerSample === 1 && vr === "OW" ? 2 : bytesPerSample;
  const frame = header.littleEndian ? all.subarray(0, count * bytesPerSample) : swapped(all, count * bytesPerSample, unit);
  return planar && samples > 1 ? interleaved(frame, count / samples, samples, bytesPerSample) : frame;
}

/** Eight pixels in a byte, the first in its lowest bit. */
function unpackedBits(bytes: Uint8Array, count: number): Uint8Array {
  const result = new Uint8Array(count);
  for (let index = 0; index < count; index += 1) result[index] = (bytes[index >> 3]! >> (index & 7)) & 1;
  return result;
}

/** Y Y Cb Cr for every two pixels, as Y Cb Cr Y Cb Cr. */
function fullChroma(bytes: Uint8Array, count: number): Uint8Array {
  const result = new Uint8Array(count);
  for (let from = 0, to = 0; to < count; from += 4, to += 6) {
    const [first, second, blue, red] = [bytes[from]!, bytes[from + 1]!, bytes[from + 2]!, bytes[from + 3]!];
    result.set([first, blue, red, second, blue, red].slice(0, count - to), to);
  }
  return result;
}

/** Big-endian samples turned round; samples of one byte in words (OW) are swapped as well (PS3.5 8.2). */
function swapped(bytes: Uint8Array, length: number, unit: number): Uint8Array {
  const result = bytes.slice(0, Math.ceil(length / unit) * unit);
  for (let at = 0; at + unit <= result.length; at += unit) result.subarray(at, at + unit).reverse();
  return result.subarray(0, length);
}

/** Drops what lies above the meaningful bits, and repeats the sign there. */
function extended(bytes: Uint8Array, count: number, bytesPerSample: number, precision: number, signed: boolean): Samples {
  const own = bytes.byteOffset % bytesPerSample === 0 ? bytes : bytes.slice();
  const kinds = signed ? { 1: Int8Array, 2: Int16Array, 4: Int32Array } : { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array };
  const Kind = kinds[bytesPerSample as 1 | 2 | 4];
  if (Kind === undefined) throw new ReadingError("unreadable", `${bytesPerSample} bytes for a sample`);
  const samples = new Kind(own.buffer as ArrayBuffer, own.byteOffset, count).slice();
  const unused = 32 - Math.min(precision, bytesPerSample * 8);
  if (unused === 32 - bytesPerSample * 8) return samples;
  return samples.map((value) => (signed ? (value << unused) >> unused : (value << unused) >>> unused));
}

/** Stored values of which the coding has not kept the sign, though the header says that there is one: they are too large for it, and fit into the bits. */
function withSign(samples: Samples, bitsStored: number): Samples {
  const half = 2 ** (bitsStored - 1);
  let [low, high] = [Infinity, -Infinity];
  for (const sample of samples) {
    if (sample < low) low = sample;
    if (sample > high) high = sample;
  }
  if (low < 0 || high < half || high >= 2 * half) return samples;
  return samples.map((value) => (value >= half ? value - 2 * half : value));
}

// The parts of a DICOM header that make its picture: geometry, encoding, look-up tables, and what it shows.
//
// Nothing else is read, but for an age where populations are told apart (age.ts): no names, no numbers.

import dicomParser, { type DataSet } from "dicom-parser";
import { joined } from "../../shared/bytes.ts";
import { ReadingError } from "../../shared/reading.ts";
import { checkOpenedSize } from "../../image/size.ts";
import { inflateAtMost, inflatedStart } from "../inflate.ts";
import { parsable, withBeginning, withKnownVrs } from "./mended.ts";
import { paletteOf } from "./palette.ts";
import { lutOf, type Lut } from "./tables.ts";

/** Bytes that a deflated file may become: more than any radiograph. */
const LARGEST_INFLATED = 1 << 28;

/** Bytes of a deflated file in which its size is looked for before it is inflated. */
const LONGEST_START = 1 << 16;

export interface Window {
  readonly centre: number;
  readonly width: number;
  readonly shape: string;
}

export interface Header {
  readonly transferSyntax: string;
  readonly littleEndian: boolean;
  readonly rows: number;
  readonly columns: number;
  readonly samples: number;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly signed: boolean;
  readonly photometric: string;
  /** Whether uncompressed colours come plane after plane. */
  readonly planar: boolean;
  readonly frames: number;
  readonly modality: Lut | { readonly slope: number; readonly intercept: number };
  readonly voi: Lut | Window | null;
  /** What the rescaled values are: their own unit, or as machines of this kind with as many bits have them. */
  readonly unit: string;
  /** All that the file has, with what it calls them; an empty name where that is no plain word. */
  readonly windows: readonly { readonly name: string; readonly centre: number; readonly width: number }[];
  /** The least and greatest stored value that are no picture. */
  readonly padding: readonly [number, number] | null;
  /** Red, green, blue. */
  readonly palette: readonly Lut[];
}

export interface Parsed {
  readonly data: DataSet;
  /** As the file names it; the dataset may be written otherwise. */
  readonly transferSyntax: string;
}

/** Throws a ReadingError where the bytes are not a whole DICOM file. */
export function parse(file: Uint8Array): Parsed {
  try {
    const { bytes, transferSyntax } = parsable(withBeginning(file));
    // What stands behind the pixels is never needed, and is where files are odd.
    return { data: dicomParser.parseDicom(withKnownVrs(bytes), { inflater: inflatedFrom, untilTag: "x7fe00010" }), transferSyntax };
  } catch (error) {
    if (error instanceof ReadingError) throw error;
    throw new ReadingError("unreadable", String((error as { exception?: unknown }).exception ?? error));
  }
}

/** Throws a ReadingError: `no-picture` where there are no pixels, `too-large`, or `unreadable` where the header makes no sense. */
export function headerOf({ data, transferSyntax }: Parsed): Header {
  if (data.elements["x7fe00010"] === undefined) throw new ReadingError("no-picture");
  const number = (tag: string, fallback?: number): number => {
    const value = data.uint16(tag) ?? fallback;
    if (value === undefined) throw new ReadingError("unreadable", `the header lacks ${tag}`);
    return value;
  };
  const littleEndian = transferSyntax !== "1.2.840.10008.1.2.2";
  const signed = number("x00280103", 0) === 1;
  const bitsAllocated = number("x00280100");
  const rows = number("x00280010");
  const columns = number("x00280011");
  const samples = number("x00280002", 1);
  if (rows * columns === 0) throw new ReadingError("unreadable", "the picture has no pixels");
  checkOpenedSize(columns, rows, samples);
  const bitsStored = number("x00280101", bitsAllocated);
  const photometric = data.string("x00280004") ?? "";
  const frames = data.intString("x00280008") ?? 1;
  checkKind({ frames, samples, bitsAllocated, bitsStored, photometric, sign: number("x00280103", 0), planes: number("x00280006", 0) });
  const modality = lutOf(data, "x00283000", signed) ?? rescaleOf(data);
  return {
    transferSyntax, littleEndian, rows, columns, signed, bitsAllocated, samples, bitsStored,
    photometric,
    planar: number("x00280006", 0) === 1,
    frames,
    modality,
    voi: lutOf(data, "x00283010", fallsBelowZero(modality, bitsStored, signed)) ?? windowOf(data),
    windows: windowsOf(data),
    unit: unitOf(data, bitsStored, photometric),
    padding: paddingOf(data, bitsStored, signed),
    palette: paletteOf(data, signed),
  };
}

/** Kinds of pictures, with their samples for each pixel. */
const KINDS: Readonly<Record<string, number>> = {
  "MONOCHROME1": 1, "MONOCHROME2": 1, "PALETTE COLOR": 1, "RGB": 3, "YBR_FULL": 3, "YBR_FULL_422": 3, "YBR_ICT": 3, "YBR_RCT": 3,
};

/** Throws a ReadingError where numbers that say how a pixel is stored are none that there can be: what it shows would be a guess. */
function checkKind(said: Record<"frames" | "samples" | "bitsAllocated" | "bitsStored" | "sign" | "planes", number> & { photometric: string }): void {
  const { frames, samples, bitsAllocated, bitsStored, sign, planes, photometric } = said;
  const isRight =
    KINDS[photometric] === samples && [1, 8, 16, 32].includes(bitsAllocated) &&
    bitsStored >= 1 && bitsStored <= bitsAllocated && sign <= (samples === 1 ? 1 : 0) && (samples === 1 || planes <= 1) &&
    frames >= 1;
  if (!isRight) throw new ReadingError("unreadable", `the header makes no sense: ${JSON.stringify(said)}`);
}

/** The dataset behind the meta header, which is never deflated, put in place of its deflated form. */
function inflatedFrom(bytes: Uint8Array, position: number): Uint8Array {
  checkStart(bytes);
  return withKnownVrs(joined([bytes.subarray(0, position), inflateAtMost(bytes.subarray(position), LARGEST_INFLATED)]), true);
}

/** Throws a ReadingError where a deflated file's beginning says that its picture is too large; any other mistake the whole will tell. */
function checkStart(bytes: Uint8Array): void {
  const inflater = (all: Uint8Array, position: number): Uint8Array =>
    joined([all.subarray(0, position), inflatedStart(all.subarray(position), LONGEST_START)]);
  let start: DataSet | undefined;
  try {
    start = dicomParser.parseDicom(bytes, { inflater, untilTag: "x00280100" });
  } catch (error) {
    start = (error as { dataSet?: DataSet }).dataSet;
  }
  checkOpenedSize(start?.uint16("x00280011") ?? 0, start?.uint16("x00280010") ?? 0, start?.uint16("x00280002") ?? 1);
}

/** One of an element's values, of which there may be fewer than of another that goes with it; empty where there is none. */
function valueOf(data: DataSet, tag: string, index: number): string {
  return data.string(tag)?.split("\\")[index]?.trim() ?? "";
}

/** One number of a decimal string, the first; null where there is none, or something else stands there. */
function decimal(data: DataSet, tag: string, index = 0): number | null {
  const text = valueOf(data, tag, index).replace(/^[ \0]+|[ \0]+$/g, "");
  const number = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : NaN;
  return Number.isFinite(number) ? number : null;
}

function rescaleOf(data: DataSet): { slope: number; intercept: number } {
  return { slope: decimal(data, "x00281053") || 1, intercept: decimal(data, "x00281052") ?? 0 };
}

/** Rescale Type (0028,1054): HU, OD … are the same everywhere, `US` (unspecified) is not. */
function unitOf(data: DataSet, bits: number, photometric: string): string {
  const type = valueOf(data, "x00281054", 0).toUpperCase();
  const kind = /^[A-Z_]{1,16}$/.test(type) && type !== "US" ? type : `${valueOf(data, "x00080060", 0)} of ${bits} bits`;
  return `${kind}, ${photometric}`;
}

/** Whether stored values can be below zero behind the rescale: then a VOI LUT's first value has a sign. */
function fallsBelowZero(modality: Header["modality"], bits: number, signed: boolean): boolean {
  if ("entries" in modality) return false;
  const ends = signed ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1];
  return ends.some((end) => end * modality.slope + modality.intercept < 0);
}

/** PS3.3 C.7.5.1.1.2. A value that does not fit into the stored bits stands nowhere, so it is not one. */
function paddingOf(data: DataSet, bits: number, signed: boolean): [number, number] | null {
  const stored = (tag: string): number | null => {
    const raw = data.uint16(tag);
    if (raw === undefined) return null;
    if (!signed) return raw < 2 ** bits ? raw : null;
    const half = 2 ** (bits - 1);
    if (raw < 2 ** bits) return raw >= half ? raw - 2 * half : raw;
    const negative = raw >= 1 << 15 ? raw - (1 << 16) : raw;
    return negative >= -half && negative < half ? negative : null;
  };
  const value = stored("x00280120");
  if (value === null) return null;
  const limit = stored("x00280121") ?? value;
  return [Math.min(value, limit), Math.max(value, limit)];
}

/** The first window; null where there is none with a width. */
function windowOf(data: DataSet): Window | null {
  const [centre, width] = [decimal(data, "x00281050"), decimal(data, "x00281051")];
  const said = (data.string("x00281056") ?? "").replace(/\0/g, "").trim().toUpperCase();
  const shape = said === "SIGMOID" || said === "LINEAR_EXACT" ? said : "LINEAR";
  if (centre === null || width === null || !(shape === "LINEAR" ? width >= 1 : width > 0)) return null;
  return { centre, width, shape };
}

/** Of several centres and widths those that go together; a reader is offered so many. */
function windowsOf(data: DataSet): Header["windows"] {
  const MOST = 8;
  return Array.from({ length: Math.min(MOST, data.numStringValues("x00281050") ?? 0) }, (_, index) => {
    const [centre, width] = [decimal(data, "x00281050", index), decimal(data, "x00281051", index)];
    const name = valueOf(data, "x00281055", index);
    return { name: /^[\p{L}\p{N} _-]{1,16}$/u.test(name) ? name : "", centre: centre ?? NaN, width: width ?? NaN };
  }).filter(({ centre, width }) => width > 1 && !Number.isNaN(centre));
}

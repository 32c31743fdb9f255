// DICOM files as they are met, made into ones that dicom-parser reads: without their beginning, implicit under an explicit
// transfer syntax, or with elements of the VRs OV, SV and UV, whose lengths it takes for short ones. training/films/dicom_beginning.py gives them the same beginning.

import { joined } from "../../shared/bytes.ts";
import { stands, viewOf } from "../format.ts";
import { streamOf } from "./stream.ts";

const IMPLICIT = "1.2.840.10008.1.2";
const EXPLICIT = "1.2.840.10008.1.2.1";
const DEFLATED = "1.2.840.10008.1.2.1.99";
const BIG_ENDIAN = "1.2.840.10008.1.2.2";
const SIGNATURE_ENDS = 132;
const UNDEFINED = 0xffffffff;
const UNKNOWN_TO_THE_PARSER = new Set(["OV", "SV", "UV"]);
/** Their length takes four bytes, behind two that are reserved. */
const LONG = new Set(["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"]);
/** A dataset begins with the first of these groups, and goes on in any. */
const FIRST_GROUPS = [8, 0x10, 0x18, 0x20, 0x28];

/** Whether a file begins with a meta header or a dataset, little-endian, and no preamble. */
export function beginsBare(head: Uint8Array): boolean {
  return stands(head, [2, 0, 0, 0, 0x55, 0x4c, 4, 0]) || datasetAt(head, 0) !== null;
}

/** The file with preamble and meta header; the same bytes where it has them, or where it is none. */
export function withBeginning(bytes: Uint8Array): Uint8Array {
  const preamble = joined([new Uint8Array(128), letters("DICM")]);
  const isSigned = stands(bytes, "DICM", 128);
  if (!isSigned && stands(bytes, [2, 0])) return joined([preamble, bytes]);
  const from = isSigned ? SIGNATURE_ENDS : 0;
  const kind = datasetAt(bytes, from);
  if (kind === null) return bytes;
  const dataset = bytes.subarray(from);
  return joined([preamble, syntaxElement(kind === IMPLICIT ? IMPLICIT : guessed(dataset)), dataset]);
}

/** Where the meta header ends, and in it the transfer syntax: where its element stands and what it says. */
function metaOf(bytes: Uint8Array): { readonly end: number; readonly at: number; readonly length: number; readonly syntax: string } | null {
  const view = viewOf(bytes);
  let found: { at: number; length: number; syntax: string } | null = null;
  let at = SIGNATURE_ENDS;
  while (at + 12 <= bytes.length && view.getUint16(at, true) === 2) {
    const isLong = LONG.has(text(bytes, at + 4, 2));
    const length = (isLong ? 12 : 8) + (isLong ? view.getUint32(at + 8, true) : view.getUint16(at + 6, true));
    if (view.getUint16(at + 2, true) === 0x10) found = { at, length, syntax: text(bytes, at + 8, length - 8).replace(/[\0 ]+$/, "") };
    at += length;
  }
  return found === null || at > bytes.length ? null : { ...found, end: at };
}

/**
 * The file with a transfer syntax by which its dataset can be parsed, and the one that it names: some are implicit under an explicit one, or
 * explicit under the implicit one. pydicom sees through both.
 */
export function parsable(bytes: Uint8Array): { readonly bytes: Uint8Array; readonly transferSyntax: string } {
  const meta = metaOf(bytes);
  if (meta === null) return { bytes, transferSyntax: "" };
  const { end, at, length, syntax } = meta;
  const isExplicit = /^[A-Z]{2}$/.test(text(bytes, end + 4, 2));
  const isFixed = syntax === DEFLATED || syntax === BIG_ENDIAN || end + 8 > bytes.length;
  if (isFixed || isExplicit === (syntax !== IMPLICIT)) return { bytes, transferSyntax: syntax };
  return { bytes: joined([bytes.subarray(0, at), syntaxElement(isExplicit ? EXPLICIT : IMPLICIT), bytes.subarray(at + length)]), transferSyntax: syntax };
}

/** (0002,0010). */
function syntaxElement(uid: string): Uint8Array {
  const padded = uid.length % 2 === 0 ? uid : `${uid}\0`;
  return joined([Uint8Array.of(2, 0, 0x10, 0), letters("UI"), Uint8Array.of(padded.length, 0), letters(padded)]);
}

/** The file with VRs that dicom-parser knows. */
export function withKnownVrs(bytes: Uint8Array, isInflated = false): Uint8Array {
  const view = viewOf(bytes);
  const odd: number[] = [];
  let [syntax, littleEndian, isMeta] = ["", true, true];
  for (let at = SIGNATURE_ENDS; at + 12 <= bytes.length; ) {
    if (isMeta && bytes[at] !== 2) {
      isMeta = false;
      littleEndian = syntax !== BIG_ENDIAN;
      if (syntax === IMPLICIT || (syntax === DEFLATED && !isInflated)) break;
    }
    const tag = view.getUint16(at, littleEndian) * 0x10000 + view.getUint16(at + 2, littleEndian);
    if (tag >= 0xfffe0000) {
      at += 8;
      continue;
    }
    const vr = text(bytes, at + 4, 2);
    if (!/^[A-Z]{2}$/.test(vr)) break;
    const isLong = LONG.has(vr);
    const length = isLong ? view.getUint32(at + 8, littleEndian) : view.getUint16(at + 6, littleEndian);
    const from = at + (isLong ? 12 : 8);
    if (UNKNOWN_TO_THE_PARSER.has(vr)) odd.push(at + 4);
    if (tag === 0x00020010) syntax = text(bytes, from, length).replace(/[\0 ]+$/, "");
    // The pixels come last. What a sequence and its items hold is looked through as well.
    if (length === UNDEFINED && vr !== "SQ") break;
    at = vr === "SQ" ? from : from + length;
  }
  if (odd.length === 0) return bytes;
  const result = bytes.slice();
  for (const at of odd) result.set(letters("UN"), at);
  return result;
}

/** The transfer syntax of a little-endian dataset at a place, as far as its first two elements tell. */
function datasetAt(bytes: Uint8Array, from: number): string | null {
  if (bytes.length < from + 64) return null;
  const view = viewOf(bytes);
  const isExplicit = /^[A-Z]{2}$/.test(text(bytes, from + 4, 2));
  let last = -1;
  for (let at = from, seen = 0; seen < 2; seen += 1) {
    if (at + 8 > bytes.length) return null;
    const group = view.getUint16(at, true);
    const tag = group * 0x10000 + view.getUint16(at + 2, true);
    const length = isExplicit ? view.getUint16(at + 6, true) : view.getUint32(at + 4, true);
    const isPlace = seen === 0 ? group === FIRST_GROUPS[0] : FIRST_GROUPS.includes(group) && tag > last;
    if (!isPlace || length > 0xfff || length % 2 === 1) return null;
    if (isExplicit && !/^[A-Z]{2}$/.test(text(bytes, at + 4, 2))) return null;
    last = tag;
    at += 8 + length;
  }
  return isExplicit ? EXPLICIT : IMPLICIT;
}

/** Of an explicit dataset alone: uncompressed, or whatever its first fragment is. */
function guessed(dataset: Uint8Array): string {
  const opening = [0xe0, 0x7f, 0x10, 0, 0x4f, 0x42, 0, 0, 0xff, 0xff, 0xff, 0xff];
  for (let at = dataset.indexOf(0xe0); at >= 0; at = dataset.indexOf(0xe0, at + 1)) {
    if (!stands(dataset, opening, at)) continue;
    const table = at + 20 <= dataset.length ? viewOf(dataset).getUint32(at + 16, true) : 0;
    const stream = streamOf(dataset.subarray(Math.min(dataset.length, at + 28 + table)));
    if (stream !== null) return stream.coding === "jpeg-2000" ? "1.2.840.10008.1.2.4.90" : "1.2.840.10008.1.2.4.50";
  }
  return EXPLICIT;
}

function text(bytes: Uint8Array, from: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(from, from + length));
}

function letters(word: string): Uint8Array {
  return Uint8Array.from(word, (letter) => letter.charCodeAt(0));
}

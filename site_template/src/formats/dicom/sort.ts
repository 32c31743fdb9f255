// What a DICOM file is by the beginning of its header, before it is opened: of a CD with hundreds of files, the few films.
//
// Nothing is read but what kind of object it is, and which study it belongs to; that never leaves the page's memory.

import dicomParser, { type DataSet } from "dicom-parser";
import type { DicomRules, Sorted } from "../../shared/formats.ts";
import { joined } from "../../shared/bytes.ts";
import { inflatedStart } from "../inflate.ts";
import { concernOf } from "./header_rules.ts";
import { parsable, withBeginning, withKnownVrs } from "./mended.ts";

/** Objects without a picture that is read here, by the beginning of their SOP class (DICOM PS3.4, PS3.6 annex A). */
const OBJECTS: readonly (readonly [string, string])[] = [
  ["1.2.840.10008.1.3.10", "DICOMDIR"],
  ["1.2.840.10008.5.1.4.1.1.88.", "SR"],
  ["1.2.840.10008.5.1.4.1.1.104.", "PDF"],
  ["1.2.840.10008.5.1.4.1.1.11.", "PR"],
  ["1.2.840.10008.5.1.4.1.1.9.", "waveform"],
  ["1.2.840.10008.5.1.4.1.1.66", "no-picture"],
  ["1.2.840.10008.5.1.4.1.1.68.", "no-picture"],
  ["1.2.840.10008.5.1.4.1.1.481.", "RT"],
];
/** Of objects without a picture whose class is not known here. */
const BY_MODALITY: Readonly<Record<string, string>> = {
  SR: "SR", KO: "SR", PR: "PR", DOC: "PDF", ECG: "waveform", HD: "waveform", EPS: "waveform", REG: "no-picture", SEG: "no-picture", RTSTRUCT: "RT", RTPLAN: "RT", RTDOSE: "RT", RTRECORD: "RT",
};
/** The study's UID, (0020,000D): what tells stands before it, or is it. */
const STUDY = "x0020000d";
/** Of a deflated header. */
const INFLATED_BYTES = 1 << 16;

/** By the first bytes of a file that begins as DICOM does; null where more of them are wanted. `isWhole`: there are no more. */
export function sorted(head: Uint8Array, rules: DicomRules | null, isWhole: boolean): Sorted | null {
  const data = startOf(head);
  const study = data?.string(STUDY)?.trim() ?? "";
  const isThrough = study !== "" || Object.keys(data?.elements ?? {}).some((tag) => tag > STUDY);
  if (!isThrough && !isWhole) return null;
  return { study, other: data === undefined ? null : otherOf(data, rules) };
}

/** As much of the header as is there. */
function startOf(head: Uint8Array): DataSet | undefined {
  const inflater = (all: Uint8Array, position: number): Uint8Array => joined([all.subarray(0, position), inflatedStart(all.subarray(position), INFLATED_BYTES)]);
  try {
    const bytes = withKnownVrs(parsable(withBeginning(head)).bytes);
    return dicomParser.parseDicom(bytes, { inflater, untilTag: "x00280010" });
  } catch (error) {
    return (error as { dataSet?: DataSet }).dataSet;
  }
}

/** Null for what may be a film; else what it is, for people: a modality, an object, `part:` and a part of the body. */
function otherOf(data: DataSet, rules: DicomRules | null): string | null {
  const uid = (data.string("x00080016") ?? data.string("x00020002") ?? "").trim();
  const object = OBJECTS.find(([beginning]) => (beginning.endsWith(".") ? uid.startsWith(beginning) : uid === beginning));
  // A picture of a radiotherapy machine is one, and is told by its modality.
  if (object !== undefined && uid !== "1.2.840.10008.5.1.4.1.1.481.1") return object[1];
  const modality = (data.string("x00080060") ?? "").trim().toUpperCase();
  const concern = concernOf(data, rules);
  if (concern?.reason === "other-modality") return BY_MODALITY[modality] ?? (/^[A-Z]{1,16}$/.test(modality) ? modality : "no-picture");
  if (concern?.reason === "other-body-part") return `part:${concern.seen}`;
  return null;
}

// The text of an element, in whichever characters it is written: codes should be plain letters, and are not always.

import type { DataSet } from "dicom-parser";

/** By the beginning of a term of (0008,0005), DICOM PS3.3 C.12.1.1.2. */
const CHARACTERS: readonly (readonly [RegExp, string])[] = [
  [/(^|\\)(ISO_IR|ISO 2022 IR) (87|159|13)\b/, "iso-2022-jp"],
  [/(ISO_IR|ISO 2022 IR) 149\b/, "euc-kr"],
  [/ISO 2022 IR 58\b|GBK|GB18030/, "gb18030"],
  [/(ISO_IR|ISO 2022 IR) 101\b/, "iso-8859-2"],
  [/(ISO_IR|ISO 2022 IR) 144\b/, "iso-8859-5"],
  [/(ISO_IR|ISO 2022 IR) 127\b/, "iso-8859-6"],
  [/(ISO_IR|ISO 2022 IR) 126\b/, "iso-8859-7"],
  [/(ISO_IR|ISO 2022 IR) 138\b/, "iso-8859-8"],
  [/(ISO_IR|ISO 2022 IR) 148\b/, "iso-8859-9"],
  [/(ISO_IR|ISO 2022 IR) 166\b/, "windows-874"],
  [/(ISO_IR|ISO 2022 IR) 192\b/, "utf-8"],
];
const LONGEST = 256;

/** Whose words may look like UTF-8. */
const BY_NAME_ALONE = ["iso-2022-jp", "gb18030", "euc-kr"];

/** Empty where the element is not there. Bytes that are UTF-8 are taken for that, also where the file names a kind of one byte for a letter. */
export function textOf(data: DataSet, tag: string): string {
  const element = data.elements[tag];
  if (element === undefined) return "";
  const bytes = Uint8Array.from(data.byteArray.subarray(element.dataOffset, element.dataOffset + Math.min(element.length, LONGEST)));
  const named = data.string("x00080005") ?? "";
  const label = CHARACTERS.find(([term]) => term.test(named))?.[1] ?? "iso-8859-1";
  if (BY_NAME_ALONE.includes(label)) return new TextDecoder(label).decode(bytes).replaceAll("\0", "");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes).replaceAll("\0", "");
  } catch {
    return new TextDecoder(label).decode(bytes).replaceAll("\0", "");
  }
}

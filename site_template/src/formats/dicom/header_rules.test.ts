import assert from "node:assert/strict";
import { test } from "node:test";
import type { DataSet } from "dicom-parser";
import { concernOf } from "./header_rules.ts";

const RULES = { modalities: ["CR", "DX"], body_parts: ["*CHEST*", "*TÓRAX*", "*ГРУД*", "*胸*"], other_views: ["LL", "*LAT*"] };
const TAGS = { modality: "x00080060", bodyPart: "x00180015", view: "x00185101" };
type Header = { readonly [name in keyof typeof TAGS]?: string };

const reasonOf = (header: Header, rules: Parameters<typeof concernOf>[1] = RULES): string | null => {
  const values = Object.fromEntries(Object.entries(header).map(([name, value]) => [TAGS[name as keyof Header], value]));
  const bytes = new TextEncoder().encode(header.bodyPart ?? "");
  const data = { string: (tag: string) => values[tag], elements: { x00180015: { dataOffset: 0, length: bytes.length } }, byteArray: bytes };
  return concernOf(data as unknown as DataSet, rules)?.reason ?? null;
};

test("a header of the kind that the site reads, or one without these fields, is no concern", () => {
  assert.equal(reasonOf({ modality: "dx ", bodyPart: "PA CHEST", view: "PA" }), null);
  assert.equal(reasonOf({}), null);
});

test("another modality, body part or view is named", () => {
  assert.equal(reasonOf({ modality: "CT" }), "other-modality");
  assert.equal(reasonOf({ modality: "CRX" }), "other-modality");
  assert.equal(reasonOf({ bodyPart: "HAND" }), "other-body-part");
  for (const bodyPart of ["Knees", "LHAND", "FOOT_R", "Schädel ap", "CRÂNE", "T SPINE", "Кисть", "左手", "ABDOMEN\\PELVIS"]) {
    assert.equal(reasonOf({ bodyPart }), "other-body-part", bodyPart);
  }
  assert.equal(reasonOf({ view: "LL" }), "lateral");
  assert.equal(reasonOf({ view: "R LATERAL" }), "lateral");
  assert.equal(reasonOf({ view: "RLL" }), null);
});

test("a word for the part of the body that is not known says nothing, and one that is read outweighs the others", () => {
  for (const bodyPart of ["RX1", "<b>MARY</b>", "?????", "HEMITORAX", "Grudní koš", "ГРУДЬ", "胸部", "CHEST/ABDOMEN", "TÓRAX Y ABDOMEN", "THX", "HANDLE"]) {
    assert.equal(reasonOf({ bodyPart }), null, bodyPart);
  }
  const hands = { ...RULES, body_parts: ["*HAND*"] };
  assert.equal(reasonOf({ bodyPart: "HAND" }, hands), null);
  assert.equal(reasonOf({ bodyPart: "FOOT" }, hands), "other-body-part");
  assert.equal(reasonOf({ bodyPart: "CHEST" }, hands), "other-body-part");
  assert.equal(reasonOf({ bodyPart: "HAND" }, { ...RULES, body_parts: ["*"] }), null);
});

test("a site without rules reads every DICOM file, and a pattern is no regular expression", () => {
  assert.equal(reasonOf({ modality: "CT", bodyPart: "HAND", view: "LL" }, null), null);
  assert.equal(reasonOf({ modality: "C.T" }, { ...RULES, modalities: ["C.T"] }), null);
  assert.equal(reasonOf({ modality: "CXT" }, { ...RULES, modalities: ["C.T"] }), "other-modality");
});

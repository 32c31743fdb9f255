import assert from "node:assert/strict";
import { test } from "node:test";
import type { DicomRules } from "../../shared/formats.ts";
import { joined } from "../../shared/bytes.ts";
import { sorted } from "./sort.ts";

const RULES: DicomRules = { modalities: ["CR", "DX"], body_parts: ["*CHEST*"], other_views: ["LL"] };
const letters = (text: string): Uint8Array => Uint8Array.from(text.length % 2 ? `${text} ` : text, (letter) => letter.charCodeAt(0));

/** Little-endian and explicit, with VRs of short lengths. */
function element(tag: number, vr: string, value: Uint8Array): Uint8Array {
  const [group, number] = [tag >>> 16, tag & 0xffff];
  return joined([Uint8Array.of(group & 255, group >> 8, number & 255, number >> 8), letters(vr), Uint8Array.of(value.length & 255, value.length >> 8), value]);
}

interface Said {
  readonly modality?: string;
  readonly part?: string;
  readonly object?: string;
  readonly study?: string;
  readonly rest?: Uint8Array;
}

const file = ({ modality = "DX", part = "CHEST", object = "1.2.840.10008.5.1.4.1.1.1.1", study = "1.2.3", rest = new Uint8Array() }: Said): Uint8Array =>
  joined([
    new Uint8Array(128), letters("DICM"), element(0x00020010, "UI", letters("1.2.840.10008.1.2.1\0")),
    element(0x00080016, "UI", letters(object)), element(0x00080060, "CS", letters(modality)), element(0x00180015, "CS", letters(part)),
    ...(study === "" ? [] : [element(0x0020000d, "UI", letters(study))]), rest,
  ]);
const other = (said: Said, rules: DicomRules | null = RULES): string | null => sorted(file(said), rules, false)!.other;

test("a film is known by its header, with its study, and needs no more than that", () => {
  assert.deepEqual(sorted(file({ rest: Uint8Array.of(0x28, 0) }), RULES, false), { study: "1.2.3", other: null });
  assert.equal(other({ modality: "" }), null, "a header that leaves it out is allowed");
});

test("other modalities, other parts of the body and objects without a picture are told apart", () => {
  assert.equal(other({ modality: "CT" }), "CT");
  assert.equal(other({ part: "HAND" }), "part:HAND");
  for (const [object, kind] of [["1.3.10", "DICOMDIR"], ["5.1.4.1.1.88.22", "SR"], ["5.1.4.1.1.104.1", "PDF"], ["5.1.4.1.1.11.1", "PR"], ["5.1.4.1.1.481.3", "RT"]]) {
    assert.equal(other({ object: `1.2.840.10008.${object}`, modality: "OT" }, null), kind);
  }
  assert.equal(other({ object: "1.2.3", modality: "KO" }), "SR");
});

test("without rules every picture is a film, and a view from the side stays one", () => {
  assert.equal(other({ modality: "CT" }, null), null);
  assert.equal(sorted(file({ rest: element(0x00185101, "CS", letters("LL")) }), RULES, true)!.other, null);
});

test("a header that goes on wants more bytes, and what there is counts where there are no more", () => {
  const cut = file({ modality: "CT" }).subarray(0, 190);
  assert.equal(sorted(cut, RULES, false), null);
  assert.deepEqual(sorted(file({ modality: "CT", study: "" }), RULES, true), { study: "", other: "CT" });
  assert.deepEqual(sorted(Uint8Array.of(1, 2, 3), RULES, true), { study: "", other: null });
});

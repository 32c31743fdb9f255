import assert from "node:assert/strict";
import { test } from "node:test";
import { ReadingError } from "../shared/reading.ts";
import { inspect } from "./inspect.ts";

const bytes = (...parts: (number[] | string)[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === "string" ? [...part].map((letter) => letter.charCodeAt(0)) : part)));

const reason = (data: Uint8Array): string | null => {
  try {
    inspect(data);
    return null;
  } catch (error) {
    assert.ok(error instanceof ReadingError);
    return error.reason;
  }
};

const START = [0xff, 0xd8];
const frame = (height: number, width: number): number[] => [
  0xff, 0xc0, 0, 11, 8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0,
];
const SCAN = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56];
const END = [0xff, 0xd9];
const PNG = [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10];
const pngHeader = (width: number[], height: number[]): Uint8Array =>
  bytes(PNG, [0, 0, 0, 13], "IHDR", width, height, [8, 0, 0, 0, 0], [0, 0, 0, 0]);
const PNG_END = bytes([0, 0, 0, 0], "IEND", [0, 0, 0, 0]);

test("a whole JPEG passes, with bytes behind its end as well", () => {
  assert.equal(reason(bytes(START, frame(8, 8), SCAN, END)), null);
  assert.equal(reason(bytes(START, frame(8, 8), SCAN, SCAN, END, "trailing")), null);
});

test("a JPEG cut short anywhere is unreadable", () => {
  const whole = bytes(START, frame(8, 8), SCAN, END);
  for (let length = 3; length < whole.length; length += 1) assert.equal(reason(whole.subarray(0, length)), "unreadable");
});

test("an end marker inside an embedded thumbnail does not end a JPEG", () => {
  const thumbnail = [...START, ...END];
  assert.equal(reason(bytes(START, [0xff, 0xe1, 0, 2 + thumbnail.length], thumbnail, frame(8, 8), SCAN)), "unreadable");
});

test("a whole PNG passes and one cut short is unreadable", () => {
  const header = pngHeader([0, 0, 0, 8], [0, 0, 0, 8]);
  assert.equal(reason(bytes([...header], [...PNG_END])), null);
  assert.equal(reason(header), "unreadable");
  assert.equal(reason(header.subarray(0, 20)), "unreadable");
});

test("more than 100 million pixels are too large, known before decoding", () => {
  assert.equal(reason(pngHeader([0, 0, 0x50, 0], [0, 0, 0x50, 0])), "too-large");
  assert.equal(reason(bytes(START, frame(10001, 10000), SCAN, END)), "too-large");
});

test("of what the page itself decodes, 100 million pixels are the most as well", () => {
  const [at, over] = [[0, 0, 0x27, 0x10], [0, 0, 0x27, 0x11]]; // 10,000 and 10,001
  const deep = (height: number[]): Uint8Array => {
    const header = pngHeader(at, height);
    header[24] = 16;
    return Uint8Array.from([...header, ...PNG_END]);
  };
  assert.equal(reason(deep(at)), null);
  assert.equal(reason(deep(over)), "too-large");
  assert.equal(reason(Uint8Array.from([...pngHeader(at, at), ...PNG_END])), null, "8 bits are the browser's");
});

test("so many scans of a large JPEG that its decoder would be busy for minutes are refused", () => {
  const scans = (count: number): number[] => Array.from({ length: count }, () => SCAN).flat();
  assert.equal(reason(bytes(START, frame(10000, 10000), scans(10), END)), null);
  assert.equal(reason(bytes(START, frame(6000, 6000), scans(27), END)), null);
  assert.equal(reason(bytes(START, frame(6000, 6000), scans(28), END)), "unreadable");
  assert.equal(reason(bytes(START, frame(1000, 1000), scans(400), END)), null);
});

test("a GIF, BMP or WebP says how large it is before the browser decodes it", () => {
  const files = (side: number): Uint8Array[] => {
    const [low, high] = [side & 255, side >> 8];
    const less = side - 1;
    return [
      bytes("GIF89a", [low, high, low, high]),
      bytes("BM", new Array(12).fill(0), [40, 0, 0, 0, low, high, 0, 0, low, high, 0, 0]),
      bytes("BM", new Array(12).fill(0), [40, 0, 0, 0, low, high, 0, 0, (-side) & 255, ((-side) >> 8) & 255, 255, 255]),
      bytes("BM", new Array(12).fill(0), [12, 0, 0, 0, low, high, low, high, 1, 0, 1, 0]),
      bytes("RIFF....WEBPVP8X....", [0, 0, 0, 0, less & 255, less >> 8, 0, less & 255, less >> 8, 0]),
      bytes("RIFF....WEBPVP8L....", [0x2f, less & 255, ((less >> 8) & 63) | ((less & 3) << 6), (less >> 2) & 255, less >> 10], [0, 0, 0, 0, 0]),
      bytes("RIFF....WEBPVP8 ....", [0, 0, 0, 0x9d, 1, 0x2a, low, high, low, high]),
    ];
  };
  for (const file of files(10000)) assert.equal(reason(file), null);
  for (const file of files(10002)) assert.equal(reason(file), "too-large");
});

test("nothing and nonsense are told apart", () => {
  assert.equal(reason(new Uint8Array()), "empty");
  assert.equal(reason(bytes("%PDF-1.7 and so on")), "not-an-image");
  assert.equal(reason(bytes("x")), "not-an-image");
});

test("other pictures are left to the browser", () => {
  for (const start of ["GIF89a", "BM......", "RIFF....WEBP", "....ftypavif"]) assert.equal(reason(bytes(start)), null);
});

test("DICOM, TIFF and 16-bit grey PNG go to the formats worker, also behind another picture's beginning", () => {
  const deepHeader = bytes(PNG, [0, 0, 0, 13], "IHDR", [0, 0, 0, 8, 0, 0, 0, 8], [16, 0, 0, 0, 0], [0, 0, 0, 0], [...PNG_END]);
  for (const data of [bytes("II*\0", [8, 0, 0, 0, 0, 0, 0, 0, 0, 0]), bytes("MM\0*", [0, 0, 0, 8, 0, 0, 0, 0, 0, 0]), bytes("II", "x".repeat(126), "DICM"), deepHeader]) assert.equal(inspect(data).decoder, "formats");
  assert.deepEqual(inspect(bytes([...pngHeader([0, 0, 0, 8], [0, 0, 0, 8])], [...PNG_END])), { decoder: "browser", pixels: 64 });
});

test("a ZIP among films is said to be one", () => {
  assert.equal(reason(bytes("PK\x03\x04")), "archive");
});

// The compressed pictures inside DICOM files: one WebAssembly codec each, started when it is first wanted.

import charls from "@cornerstonejs/codec-charls/decodewasmjs";
import charlsBinary from "@cornerstonejs/codec-charls/decodewasm";
import turbo from "@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs";
import turboBinary from "@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasm";
import openJpeg from "@cornerstonejs/codec-openjpeg/decodewasmjs";
import openJpegBinary from "@cornerstonejs/codec-openjpeg/decodewasm";
import openJph from "@cornerstonejs/codec-openjph/wasmjs";
import openJphBinary from "@cornerstonejs/codec-openjph/wasm";
import { JpegImage } from "daikon/lib/jpeg-baseline.js";
import { Decoder as LosslessDecoder } from "jpeg-lossless-decoder-js";
import { joined } from "../../shared/bytes.ts";
import { pixelsOfWhole } from "../jpeg/meta.ts";
import { walk } from "../jpeg/walk.ts";
import { checkHole } from "./hole.ts";
import type { Stream } from "./stream.ts";

/** A decoded frame: little-endian samples of one or two bytes, the colours of a pixel side by side. */
export interface Decoded {
  readonly bytes: Uint8Array;
  readonly bytesPerSample: number;
  /** Meaningful bits of a sample; null where only the header knows. */
  readonly precision: number | null;
  /** Whether the codec has turned YCbCr into RGB. */
  readonly isRgb: boolean;
}

type Codec = (data: Uint8Array) => Promise<Decoded>;

/** The codec for a frame: by what it is, as far as that can be seen, whichever of these transfer syntaxes the header names. */
export function codecOf(transferSyntax: string, { coding, precision }: Stream): Codec | null {
  if (!COMPRESSED.test(transferSyntax)) return null;
  switch (coding) {
    case "jpeg":
      return precision > 8 ? extendedJpeg : baselineJpeg;
    case "lossless-jpeg":
      return losslessJpeg;
    case "jpeg-ls":
      return jpegLs;
    case "jpeg-2000":
      return transferSyntax.includes(".4.20") ? highThroughputJpeg2000 : jpeg2000;
  }
}

const COMPRESSED = /^1\.2\.840\.10008\.1\.2\.4\.(50|51|57|70|80|81|90|91|201|202|203)$/;

/** A JPEG marked as RGB (Adobe's marker): without one, its colours would be taken for YCbCr. */
export function markedAsRgb(jpeg: Uint8Array): Uint8Array {
  const marker = [0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, 0];
  return joined([jpeg.subarray(0, 2), Uint8Array.from(marker), jpeg.subarray(2)]);
}

/** Starts a module once. Its binary is handed over, so nothing is fetched. */
function once<T>(factory: (options: object) => Promise<T>, wasmBinary: Uint8Array): () => Promise<T> {
  let started: Promise<T> | null = null;
  const quiet = (): void => {};
  return () => (started ??= factory({ wasmBinary, print: quiet, printErr: quiet }));
}

const startCharls = once(charls, charlsBinary);
const startTurbo = once(turbo, turboBinary);
const startOpenJpeg = once(openJpeg, openJpegBinary);
const startOpenJph = once(openJph, openJphBinary);

const baselineJpeg: Codec = async (data) => {
  pixelsOfWhole(data); // for what it throws: a frame may do without its end
  walk(data, true);
  return run(new (await startTurbo()).JPEGDecoder(), data, true);
};
const jpegLs: Codec = async (data) => run(new (await startCharls()).JpegLSDecoder(), data, false);
const jpeg2000: Codec = async (data) => {
  checkHole(data);
  return run(new (await startOpenJpeg()).J2KDecoder(), data, false);
};
const highThroughputJpeg2000: Codec = async (data) => run(new (await startOpenJph()).HTJ2KDecoder(), data, false);

/** The four modules share one interface. */
function run(decoder: WasmDecoder, data: Uint8Array, turnsToRgb: boolean): Decoded {
  try {
    decoder.getEncodedBuffer(data.length).set(data);
    decoder.decode();
    const { width, height, bitsPerSample, componentCount } = decoder.getFrameInfo();
    const bytesPerSample = bitsPerSample > 8 ? 2 : 1;
    const bytes = decoder.getDecodedBuffer().slice();
    const separate = componentCount > 1 && decoder.getInterleaveMode?.() === 0;
    return {
      bytes: separate ? interleaved(bytes, width * height, componentCount, bytesPerSample) : bytes,
      bytesPerSample, precision: bitsPerSample, isRgb: turnsToRgb && componentCount === 3,
    };
  } finally {
    decoder.delete();
  }
}

/** Colour planes one after another, put side by side. */
export function interleaved(bytes: Uint8Array, pixels: number, samples: number, bytesPerSample: number): Uint8Array {
  const result = new Uint8Array(pixels * samples * bytesPerSample);
  for (let sample = 0, from = 0; sample < samples; sample += 1) {
    for (let pixel = 0; pixel < pixels; pixel += 1) {
      const to = (pixel * samples + sample) * bytesPerSample;
      for (let byte = 0; byte < bytesPerSample; byte += 1, from += 1) result[to + byte] = bytes[from]!;
    }
  }
  return result;
}

/** The decoder's level shift is scaled from the one for 8 bits, and so this much too high for 12 bits. */
const TOO_HIGH = 15;

async function extendedJpeg(data: Uint8Array): Promise<Decoded> {
  pixelsOfWhole(data);
  walk(data, true);
  const image = new JpegImage();
  image.parse(data);
  const words = image.getData16(image.width, image.height).map((word) => Math.max(0, word - TOO_HIGH));
  return { ...ofWords(words), precision: 12, isRgb: false };
}

async function losslessJpeg(data: Uint8Array): Promise<Decoded> {
  walk(data, true);
  const decoder = new LosslessDecoder();
  const decoded = decoder.decode(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  if (decoded instanceof Uint16Array) return { ...ofWords(decoded), precision: null, isRgb: false };
  return { bytes: decoded, bytesPerSample: 1, precision: null, isRgb: false };
}

function ofWords(words: Uint16Array): Pick<Decoded, "bytes" | "bytesPerSample"> {
  return { bytes: new Uint8Array(words.buffer, words.byteOffset, words.byteLength), bytesPerSample: 2 };
}

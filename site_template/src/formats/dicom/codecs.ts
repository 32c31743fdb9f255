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

/** Transfer syntaxes by the codec that they need. */
export function codecOf(transferSyntax: string): Codec | null {
  switch (transferSyntax) {
    case "1.2.840.10008.1.2.4.50":
    case "1.2.840.10008.1.2.4.51":
      return (data) => (precisionOf(data) > 8 ? extendedJpeg(data) : baselineJpeg(data));
    case "1.2.840.10008.1.2.4.57":
    case "1.2.840.10008.1.2.4.70":
      return losslessJpeg;
    case "1.2.840.10008.1.2.4.80":
    case "1.2.840.10008.1.2.4.81":
      return jpegLs;
    case "1.2.840.10008.1.2.4.90":
    case "1.2.840.10008.1.2.4.91":
      return jpeg2000;
    case "1.2.840.10008.1.2.4.201":
    case "1.2.840.10008.1.2.4.202":
    case "1.2.840.10008.1.2.4.203":
      return highThroughputJpeg2000;
    default:
      return null;
  }
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

const baselineJpeg: Codec = async (data) => run(new (await startTurbo()).JPEGDecoder(), data, true);
const jpegLs: Codec = async (data) => run(new (await startCharls()).JpegLSDecoder(), data, false);
const jpeg2000: Codec = async (data) => run(new (await startOpenJpeg()).J2KDecoder(), data, false);
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

/** Bits of a sample, from the JPEG's frame header. */
function precisionOf(data: Uint8Array): number {
  for (let at = 2; at + 4 < data.length && data[at] === 0xff; at += 2 + (data[at + 2]! << 8) + data[at + 3]!) {
    if (data[at + 1]! >= 0xc0 && data[at + 1]! <= 0xc3) return data[at + 4]!;
  }
  return 8;
}

/** The decoder's level shift is scaled from the one for 8 bits, and so this much too high for 12 bits. */
const TOO_HIGH = 15;

async function extendedJpeg(data: Uint8Array): Promise<Decoded> {
  const image = new JpegImage();
  image.parse(data);
  const words = image.getData16(image.width, image.height).map((word) => Math.max(0, word - TOO_HIGH));
  return { ...ofWords(words), precision: precisionOf(data), isRgb: false };
}

async function losslessJpeg(data: Uint8Array): Promise<Decoded> {
  const decoder = new LosslessDecoder();
  const decoded = decoder.decode(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  if (decoded instanceof Uint16Array) return { ...ofWords(decoded), precision: null, isRgb: false };
  return { bytes: decoded, bytesPerSample: 1, precision: null, isRgb: false };
}

function ofWords(words: Uint16Array): Pick<Decoded, "bytes" | "bytesPerSample"> {
  return { bytes: new Uint8Array(words.buffer, words.byteOffset, words.byteLength), bytesPerSample: 2 };
}

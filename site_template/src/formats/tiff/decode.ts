// TIFF to grey or colour, as Pillow and training/films/preprocessing.py have it.

import { fromArrayBuffer } from "geotiff";
import { paint, type Painted } from "../../image/grey.ts";
import { upright } from "../../image/upright.ts";
import { withColours, type Grey } from "../../shared/film.ts";
import { mapped } from "../../shared/bytes.ts";
import { shownThrough } from "../../shared/grey_window.ts";
import { deepScale } from "../png/decode.ts";
import type { DecodeOptions, FromFile, SeenThrough } from "../from_file.ts";
import { checkJpegs } from "./bounded.ts";
import { checkDirectories } from "./directory.ts";

const WHITE_IS_ZERO = 0;
const BLACK_IS_ZERO = 1;
const RGB = 2;

/** The first page. Throws where it is broken, or packed in a way that is not known (fax). */
export async function decodeTiff(bytes: Uint8Array<ArrayBuffer>, { inColour, onSize }: DecodeOptions): Promise<FromFile> {
  const frames = checkDirectories(bytes);
  const file = await fromArrayBuffer(bytes.buffer);
  const image = await file.getImage(0);
  const tag = async (name: "PhotometricInterpretation" | "Orientation"): Promise<number> =>
    Number((image.fileDirectory.hasTag(name) && (await image.fileDirectory.loadValue(name))) || 0);
  const [width, height] = [image.getWidth(), image.getHeight()];
  onSize(width * height);
  await checkJpegs(image.fileDirectory, bytes);
  const photometric = await tag("PhotometricInterpretation");
  const isGrey = photometric === WHITE_IS_ZERO || photometric === BLACK_IS_ZERO;
  const asStored = isGrey || photometric === RGB;
  const values = (asStored ? await image.readRasters({ interleave: true }) : await image.readRGB({ interleave: true })) as unknown as Values;
  const samples = values.length / (width * height);
  const level = asStored ? levelOf(values, image.getBitsPerSample(0)) : (value: number): number => value;
  const { levels, planes, colour } = isGrey
    ? { levels: greys(values, samples, level, photometric === WHITE_IS_ZERO), planes: null, colour: 0 }
    : colours(values, samples, level, inColour);
  const orientation = await tag("Orientation");
  const turned = (of: Uint8Array<ArrayBuffer>): Grey => upright({ width, height, levels: of }, orientation);
  const seenThrough: SeenThrough = (window) => {
    const shown = shownThrough(window);
    return turned(mapped(values, (value) => shown(photometric === WHITE_IS_ZERO ? 255 - value / 257 : value / 257))).levels;
  };
  const isDeep = isGrey && samples === 1 && values instanceof Uint16Array;
  return {
    film: { ...withColours({ width, height, levels, planes }, (grey) => upright(grey, orientation)), frames, colour, concern: null },
    seenThrough: isDeep ? seenThrough : null,
    ...(isDeep && { scale: () => deepScale(values, photometric === WHITE_IS_ZERO) }),
  };
}

type Values = Uint8Array | Uint16Array | Uint32Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;

/** A stored value as 0–255. */
function levelOf(values: Values, bits: number): (value: number) => number {
  if (values instanceof Float32Array || values instanceof Float64Array) return (value) => Math.trunc(Math.min(255, Math.max(0, value)));
  if (bits > 8) return (value) => Math.round(Math.min(65535, Math.max(0, value)) / 257);
  const whole = 2 ** bits - 1;
  return (value) => Math.trunc((value * 255) / whole);
}

/** A second sample is how opaque a pixel is, over black. */
function greys(values: Values, samples: number, level: (value: number) => number, turned: boolean): Uint8Array<ArrayBuffer> {
  const levels = new Uint8Array(values.length / samples);
  for (let pixel = 0; pixel < levels.length; pixel += 1) {
    const stored = level(values[pixel * samples]!);
    const shown = turned ? 255 - stored : stored;
    levels[pixel] = samples === 2 ? Math.round((shown * level(values[pixel * samples + 1]!)) / 255) : shown;
  }
  return levels;
}

/** A fourth sample is how opaque a pixel is, over black. */
function colours(values: Values, samples: number, level: (value: number) => number, inColour: boolean): Painted {
  const pixels = values.length / samples;
  const rgba = new Uint8ClampedArray(pixels * 4);
  for (let pixel = 0; pixel < pixels; pixel += 1) {
    const alpha = samples === 4 ? level(values[pixel * samples + 3]!) / 255 : 1;
    for (let colour = 0; colour < 3; colour += 1) rgba[pixel * 4 + colour] = level(values[pixel * samples + colour]!) * alpha;
  }
  return paint(rgba, inColour);
}

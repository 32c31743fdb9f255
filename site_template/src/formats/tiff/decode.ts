// TIFF to grey or colour, as Pillow and training/films/preprocessing.py have it.

import { fromArrayBuffer } from "geotiff";
import { paint, type Painted } from "../../image/grey.ts";
import { upright } from "../../image/upright.ts";
import { withColours, type Grey } from "../../shared/film.ts";
import { mapped } from "../../shared/bytes.ts";
import { shownThrough } from "../../shared/grey_window.ts";
import { deepScale } from "../png/decode.ts";
import type { DecodeOptions, FromFile, SeenThrough } from "../from_file.ts";
import { bigEndian, checkJpegs } from "./bounded.ts";
import { checkDirectories } from "./directory.ts";
import { kindOf, levelOf, rounded, type Values } from "./numbers.ts";

const BITS_PER_SAMPLE = 258;

/** The first page. Throws where it is broken, or packed in a way that is not known (fax). */
export async function decodeTiff(bytes: Uint8Array<ArrayBuffer>, { inColour, onSize }: DecodeOptions): Promise<FromFile> {
  const frames = checkDirectories(bytes);
  const file = await fromArrayBuffer(bytes.buffer);
  const image = await file.getImage(0);
  const [width, height] = [image.getWidth(), image.getHeight()];
  onSize(width * height);
  const { fileDirectory } = image;
  // Where it is left out, a picture is black and white, which geotiff does not know.
  if (!fileDirectory.hasTag("BitsPerSample")) fileDirectory.actualizedFields.set(BITS_PER_SAMPLE, new Array<number>(image.getSamplesPerPixel()).fill(1));
  await checkJpegs(fileDirectory, bytes);
  const kind = await kindOf(fileDirectory);
  const { isGrey, isTurned, bits } = kind;
  // Where a number's bits do not fill bytes, geotiff has read them whatever the order of bytes, and would turn them round.
  if (bits % 8 > 0) image.littleEndian = true;
  else if (!image.littleEndian) bigEndian.add(fileDirectory);
  const values = (kind.asStored ? await image.readRasters({ interleave: true }) : await image.readRGB({ interleave: true })) as unknown as Values;
  const samples = values.length / (width * height);
  const level = kind.asStored ? levelOf(values, bits) : (value: number): number => value;
  const exact = (value: number): number => (isTurned ? 255 - level(value) : level(value));
  const painted = { samples, opacityAt: kind.asStored ? kind.opacityAt : null };
  const { levels, planes, colour } = isGrey ? { levels: greys(values, painted, level, exact), planes: null, colour: 0 } : colours(values, painted, level, inColour);
  const orientation = Number((fileDirectory.hasTag("Orientation") && (await fileDirectory.loadValue("Orientation"))) || 0);
  const turned = (of: Uint8Array<ArrayBuffer>): Grey => upright({ width, height, levels: of }, orientation);
  const seenThrough: SeenThrough = (window) => {
    const shown = shownThrough(window);
    return turned(mapped(values, (value) => shown(exact(value)))).levels;
  };
  const isDeep = isGrey && samples === 1 && values instanceof Uint16Array;
  return {
    film: { ...withColours({ width, height, levels, planes }, (grey) => upright(grey, orientation)), frames, colour, concern: null },
    seenThrough: isDeep ? seenThrough : null,
    ...(isDeep && { scale: () => deepScale(values, bits, isTurned) }),
  };
}

interface Pixels {
  readonly samples: number;
  readonly opacityAt: number | null;
}

/** Over black. */
function greys(values: Values, { samples, opacityAt }: Pixels, level: (value: number) => number, exact: (value: number) => number): Uint8Array<ArrayBuffer> {
  const levels = new Uint8Array(values.length / samples);
  for (let pixel = 0; pixel < levels.length; pixel += 1) {
    const opacity = opacityAt === null ? 1 : level(values[pixel * samples + opacityAt]!) / 255;
    levels[pixel] = rounded(exact(values[pixel * samples]!) * opacity);
  }
  return levels;
}

/** Over black. */
function colours(values: Values, { samples, opacityAt }: Pixels, level: (value: number) => number, inColour: boolean): Painted {
  const pixels = values.length / samples;
  const rgba = new Uint8ClampedArray(pixels * 4);
  for (let pixel = 0; pixel < pixels; pixel += 1) {
    const opacity = opacityAt === null ? 1 : level(values[pixel * samples + opacityAt]!) / 255;
    for (let colour = 0; colour < 3; colour += 1) rgba[pixel * 4 + colour] = rounded(level(values[pixel * samples + colour]!) * opacity);
  }
  return paint(rgba, inColour);
}

// Unpacks a TIFF's strips and tiles to as many bytes as they have room for: broken or hostile data cannot take more.

import { addDecoder, BaseDecoder, type ImageFileDirectory } from "geotiff";
import { inflateAtMost } from "../inflate.ts";
import { pixelsOfWhole } from "../jpeg/meta.ts";
import { unpackLzw } from "./lzw.ts";
import { unpackBits } from "./packbits.ts";

type Parameters = ConstructorParameters<typeof BaseDecoder>[0] & { readonly room: number; readonly wordBytes: number };

/** Those of files whose numbers begin with their upper byte: geotiff tells decoders nothing of that. */
export const bigEndian = new WeakSet<ImageFileDirectory>();

/** A predictor: each number is stored as what it is above the one before. */
const DIFFERENCES = 2;

/** geotiff undoes predictors as if a file's numbers began with their lower byte. */
abstract class Bounded extends BaseDecoder {
  protected abstract unpack(packed: Uint8Array, room: number): Uint8Array<ArrayBuffer>;

  override decodeBlock(block: ArrayBufferLike): ArrayBufferLike {
    const { room, predictor, wordBytes } = this.parameters as Parameters;
    const unpacked = this.unpack(new Uint8Array(block), room);
    if (predictor === DIFFERENCES) turnWords(unpacked, wordBytes);
    return unpacked.buffer;
  }

  override async decode(block: ArrayBufferLike): Promise<ArrayBufferLike> {
    const { predictor, wordBytes } = this.parameters as Parameters;
    const decoded = await super.decode(block);
    if (predictor > 1) turnWords(new Uint8Array(decoded), wordBytes);
    return decoded;
  }
}

/** In place: the order of the bytes in each number of so many. */
function turnWords(bytes: Uint8Array, wordBytes: number): void {
  if (wordBytes > 1) for (let at = 0; at + wordBytes <= bytes.length; at += wordBytes) bytes.subarray(at, at + wordBytes).reverse();
}

class Lzw extends Bounded {
  protected override unpack(packed: Uint8Array, room: number): Uint8Array<ArrayBuffer> {
    return unpackLzw(packed, room);
  }
}

class Deflate extends Bounded {
  protected override unpack(packed: Uint8Array, room: number): Uint8Array<ArrayBuffer> {
    return inflateAtMost(packed.subarray(2), room); // behind zlib's header of two bytes
  }
}

class PackBits extends Bounded {
  protected override unpack(packed: Uint8Array, room: number): Uint8Array<ArrayBuffer> {
    return unpackBits(packed, room);
  }
}

/** What the decoders are told of a file, as geotiff's own are, and the bytes of a whole strip or tile. */
async function parametersOf(directory: ImageFileDirectory): Promise<Parameters> {
  const isTiled = !directory.hasTag("StripOffsets");
  const [tileWidth, height] = isTiled
    ? [Number(await directory.loadValue("TileWidth")), Number(await directory.loadValue("TileLength"))]
    : [Number(await directory.loadValue("ImageWidth")), Number(await directory.loadValue("ImageLength"))];
  const rows = isTiled ? height : Number((await directory.loadValue("RowsPerStrip")) || height);
  const bitsPerSample = ((await directory.loadValue("BitsPerSample")) ?? [1]) as Parameters["bitsPerSample"];
  const samples = Number((await directory.loadValue("SamplesPerPixel")) || 1);
  const depth = typeof bitsPerSample === "number" ? bitsPerSample : Math.max(...Array.from(bitsPerSample));
  return {
    tileWidth, tileHeight: rows, bitsPerSample,
    planarConfiguration: Number(await directory.loadValue("PlanarConfiguration")),
    predictor: Number((await directory.loadValue("Predictor")) || 1),
    room: Math.ceil((tileWidth * depth * samples) / 8) * Math.min(rows, height),
    wordBytes: bigEndian.has(directory) ? depth / 8 : 1,
  };
}

const JPEG = 7;
/** By which a JPEG's sides may be more than its strip's or tile's: whole blocks. */
const BLOCK = 16;

/** Throws a ReadingError where a strip or tile holds a JPEG that is larger than it, whose decoder takes the memory for all of it. */
export async function checkJpegs(directory: ImageFileDirectory, bytes: Uint8Array): Promise<void> {
  if (!directory.hasTag("Compression") || Number(await directory.loadValue("Compression")) !== JPEG) return;
  const { tileWidth, tileHeight } = await parametersOf(directory);
  const rows = directory.hasTag("StripOffsets") ? Math.min(tileHeight, Number(await directory.loadValue("ImageLength"))) : tileHeight;
  const [offsets, lengths] = directory.hasTag("StripOffsets")
    ? [await directory.loadValue("StripOffsets"), await directory.loadValue("StripByteCounts")]
    : [await directory.loadValue("TileOffsets"), await directory.loadValue("TileByteCounts")];
  const numbers = (list: unknown): number[] => (typeof list === "number" ? [list] : Array.from(list as ArrayLike<number | bigint>, Number));
  const ends = numbers(lengths);
  for (const [index, from] of numbers(offsets).entries()) {
    pixelsOfWhole(bytes.subarray(from, from + (ends[index] ?? 0)), (tileWidth + BLOCK) * (rows + BLOCK));
  }
}

addDecoder(5, () => Promise.resolve(Lzw), parametersOf, false);
addDecoder([8, 32946], () => Promise.resolve(Deflate), parametersOf, false);
addDecoder(32773, () => Promise.resolve(PackBits), parametersOf, false);

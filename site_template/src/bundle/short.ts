// The short form of the parity check: two pictures, without their stored pixels. Tests, exports and whatever finds it wrong take the whole set.

import type { BundleMetadata } from "../shared/metadata.ts";

export interface ShortPictures {
  /** Decoded alike everywhere, so that the network must give Python's numbers. */
  readonly exact: string | null;
  /** Decoders differ by a grey level: the decision must be Python's, and the numbers near. */
  readonly near: string | null;
}

/** Of a bundle's files: its smallest PNG and its smallest JPEG, in clear colours for a network that takes them. */
export function shortPictures({ files, image_converter: { colour } }: Pick<BundleMetadata, "files" | "image_converter">): ShortPictures {
  const smallest = (ending: RegExp): string | null => {
    const all = files.filter(({ path }) => path.startsWith("parity/") && ending.test(path));
    const coloured = all.filter(({ path }) => colour === "rgb" && path.startsWith("parity/colours."));
    const [first] = [...(coloured.length > 0 ? coloured : all)].sort((a, b) => a.bytes - b.bytes);
    return first?.path ?? null;
  };
  return { exact: smallest(/\.png$/), near: smallest(/\.jpe?g$/) };
}

/** Whether a page needs a file before it reads the first film; the others are asked for when they are wanted. */
export function isNeededFirst(path: string, { exact, near }: ShortPictures): boolean {
  return path === exact || path === near || !(path.startsWith("parity/") || path === "predictions.json");
}

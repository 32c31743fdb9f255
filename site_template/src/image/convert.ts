// A decoded film as the network's input: resized, the grey repeated for every channel.

import type { BundleMetadata } from "../shared/metadata.ts";
import type { Grey } from "../shared/film.ts";
import { resize } from "./resize.ts";

/** Grey levels 0–255, [height, width, channels]; the engine applies scale and offset. */
export function convert(grey: Grey, converter: BundleMetadata["image_converter"]): Float32Array {
  const { height, width, channels, view } = converter;
  const plane = resize(grey, height, width, view);
  if (channels === 1) return plane;
  return Float32Array.from({ length: plane.length * channels }, (_, index) => plane[Math.floor(index / channels)]!);
}

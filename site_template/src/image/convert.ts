// A decoded film as the network's input: resized; for a network that takes colours each of them, else the grey for every channel.

import type { BundleMetadata } from "../shared/metadata.ts";
import type { Colourful } from "../shared/film.ts";
import { resize } from "./resize.ts";

type Converter = BundleMetadata["image_converter"];

/** Whether a network takes red, green and blue. */
export function takesColours(converter: Pick<Converter, "colour">): boolean {
  return converter.colour === "rgb";
}

/** Levels 0–255, [height, width, channels]; the engine applies scale and offset. */
export function convert(film: Colourful, converter: Converter): Float32Array {
  const { height, width, channels, view, sampling } = converter;
  const planes = (takesColours(converter) && film.planes) || [film.levels];
  const resized = planes.map((levels) => resize({ width: film.width, height: film.height, levels }, height, width, view, sampling));
  if (channels === 1) return resized[0]!;
  const input = new Float32Array(height * width * channels);
  for (let index = 0; index < input.length; index += 1) {
    input[index] = resized[(index % channels) % resized.length]![Math.trunc(index / channels)]!;
  }
  return input;
}

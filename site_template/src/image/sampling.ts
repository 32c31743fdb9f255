// How one side of a picture is brought to another size: the matrices of the one resize, as training/films/sampling.py has them.

/** One row of a resize matrix: the weights that are not zero, and the column of the first. */
export interface Band {
  readonly first: number;
  readonly weights: Float32Array;
}

/** `antialias` is our own networks'; the others are those of the tools that other people's networks were trained with. */
export type Sampling = "antialias" | "bilinear" | "bilinear-corner" | "nearest";

/**
 * The matrix [sizeOut, sizeIn] of one side, as bands, which takes the stretch `start … start + length` of the input to
 * `sizeOut` samples. Every row sums to one.
 *
 * `antialias` looks a little beyond the stretch; the others cut to whole pixels first and see nothing beyond.
 */
export function resizeMatrix(sizeIn: number, sizeOut: number, start: number, length: number, sampling: Sampling = "antialias"): Band[] {
  if (sampling === "antialias") return antialias(sizeIn, sizeOut, start, length);
  const [first, pixels] = [Math.trunc(start), Math.trunc(length)];
  return PLACES[sampling](first, pixels, sizeOut).map((place) => {
    const within = Math.min(Math.max(place, first), first + pixels - 1);
    const below = Math.trunc(within);
    const above = within - below;
    return { first: below, weights: Float32Array.from(above > 0 ? [1 - above, above] : [1]) };
  });
}

/** A triangle filter, widened when shrinking. */
function antialias(sizeIn: number, sizeOut: number, start: number, length: number): Band[] {
  const scale = length / sizeOut;
  const filterScale = Math.max(scale, 1);
  return Array.from({ length: sizeOut }, (_, row) => {
    const centre = start + (row + 0.5) * scale;
    const first = Math.max(Math.trunc(centre - filterScale + 0.5), 0);
    const last = Math.min(Math.trunc(centre + filterScale + 0.5), sizeIn);
    const weights = Array.from({ length: last - first }, (_, index) =>
      Math.max(1 - Math.abs((first + index - centre + 0.5) / filterScale), 0),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { first, weights: Float32Array.from(weights, (weight) => weight / sum) };
  });
}

type PlacesOf = (first: number, pixels: number, sizeOut: number) => number[];

/** Where in the picture each sample is taken, by the numbers of its pixels. */
const PLACES: Readonly<Record<Exclude<Sampling, "antialias">, PlacesOf>> = {
  "bilinear": (first, pixels, sizeOut) => Array.from({ length: sizeOut }, (_, row) => first + (row + 0.5) * (pixels / sizeOut) - 0.5),
  "bilinear-corner": (first, pixels, sizeOut) => Array.from({ length: sizeOut }, (_, row) => first + row * (pixels / sizeOut)),
  // Added up one by one, as Pillow does: where a middle lies between two pixels, the rounding of that sum decides.
  "nearest": (first, pixels, sizeOut) => {
    const step = pixels / sizeOut;
    let middle = first + step * 0.5;
    return Array.from({ length: sizeOut }, () => {
      const place = Math.trunc(middle);
      middle += step;
      return place;
    });
  },
};

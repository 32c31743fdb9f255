// A heat map for a network whose graph has none: the picture is covered bit by bit, and where the answer then falls was evidence.
//
// Zeiler and Fergus 2014, arXiv:1311.2901. It asks nothing of a network but its logits.

import type { HeatMap } from "../shared/protocol.ts";
import type { BundleMetadata } from "../shared/metadata.ts";

/** Cells of a side; a patch covers a cell and half of each neighbour, so that patches overlap. */
const CELLS = 8;

/** In full colour where the log-odds fall by so much, the odds to a seventh; nobody has measured these networks' maps. */
const FULL = 2;

type Described = Pick<BundleMetadata, "class_names" | "positive_class" | "operating_points"> & Partial<Pick<BundleMetadata, "calibration">> & {
  readonly image_converter: Pick<BundleMetadata["image_converter"], "height" | "width" | "channels">;
};

/** The logits of one film [height, width, channels]. */
export type Logits = (input: Float32Array) => Promise<ArrayLike<number>>;

/**
 * Evidence for a class, by how much its log-odds fall when a patch is covered with the picture's mean: 0–1, the largest 1; all 0
 * where they never fall. It is the positive class, or of several of which none is looked for the likeliest. `report` is told
 * the share that is done.
 */
export async function occlusionMap(of: Described, input: Float32Array, logits: Logits, report: (share: number) => void): Promise<HeatMap> {
  const { height, width, channels } = of.image_converter;
  const [rows, columns] = [Math.min(CELLS, height), Math.min(CELLS, width)];
  const means = meansOf(input, channels);
  const asItIs = Array.from(await logits(input));
  const isSought = of.operating_points.length > 0 || of.class_names.length === 2;
  const read = isSought ? of.class_names.indexOf(of.positive_class) : asItIs.indexOf(Math.max(...asItIs));
  const uncovered = logOdds(asItIs, read);
  const falls = new Float32Array(rows * columns);
  for (let cell = 0; cell < falls.length; cell += 1) {
    const [top, bottom] = patch(Math.trunc(cell / columns), rows, height);
    const [left, right] = patch(cell % columns, columns, width);
    const covered = input.slice();
    for (let y = top; y < bottom; y += 1) {
      for (let at = (y * width + left) * channels; at < (y * width + right) * channels; at += 1) covered[at] = means[at % channels]!;
    }
    falls[cell] = Math.max(0, uncovered - logOdds(await logits(covered), read));
    report((cell + 1) / falls.length);
  }
  const largest = Math.max(...falls);
  const temperature = of.calibration?.temperature ?? 1;
  return {
    class_name: of.class_names[read]!, values: falls.map((fall) => (largest > 0 ? fall / largest : 0)), height: rows, width: columns,
    units: { peak: largest / temperature, full: FULL / temperature },
  };
}

/** Where the patch of a cell begins and ends, in pixels. */
function patch(cell: number, cells: number, pixels: number): [from: number, to: number] {
  const size = pixels / cells;
  return [Math.max(0, Math.round((cell - 0.5) * size)), Math.min(pixels, Math.round((cell + 1.5) * size))];
}

/** Of each channel. */
function meansOf(input: Float32Array, channels: number): number[] {
  const sums = new Array<number>(channels).fill(0);
  input.forEach((value, at) => (sums[at % channels]! += value));
  return sums.map((sum) => (sum * channels) / input.length);
}

/** Of one class against all others, which does not change where all logits rise alike. */
function logOdds(logits: ArrayLike<number>, read: number): number {
  const others = Array.from(logits).filter((_, index) => index !== read);
  const highest = Math.max(...others);
  return logits[read]! - highest - Math.log(others.reduce((sum, logit) => sum + Math.exp(logit - highest), 0));
}

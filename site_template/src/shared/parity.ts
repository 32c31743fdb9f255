// Generated from build/plainfilm/parity.schema.json by `npm run types`; do not edit.

/**
 * parity.json: encoded pictures with what Python made of them. Every engine must agree before it may read a film.
 */
export interface BundleParity {
  schema_version: 1;
  /**
   * Largest absolute differences allowed: pixels in levels (mean over the picture and its colours).
   */
  tolerance: {
    pixels: number;
    logit: number;
    probability: number;
  };
  /**
   * @minItems 1
   */
  cases: {
    /**
     * The encoded picture, relative to the bundle.
     */
    file: string;
    /**
     * The resized input, relative to the bundle: little-endian uint16 [height, width] of the image_converter, or [height, width, 3] where its colour is rgb; level · 256 rounded (before scale and offset).
     */
    pixels: string;
    /**
     * Of the decoded picture.
     */
    width: number;
    height: number;
    logit: number[];
    probability: number[];
    ood_score: number | null;
    /**
     * Absent where the graph has no such output.
     */
    lateral_score?: number;
    /**
     * The class read at the default operating point.
     */
    decision: string;
  }[];
}

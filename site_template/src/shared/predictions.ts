// Generated from build/plainfilm/predictions.schema.json by `npm run types`; do not edit.

/**
 * predictions.json: what the run's network said of every film outside train, for the page's curves. Optional in a bundle; holds no path.
 */
export interface BundlePredictions {
  schema_version: 1;
  /**
   * One entry for each split and class (and population, where a split's films are of several), in the order in which splits are measured.
   *
   * @minItems 1
   */
  films: {
    split: string;
    /**
     * By whose calibration the probabilities are, a name of `populations`; the first one's where it is absent.
     */
    population?: string;
    /**
     * Number of the class that the films are of, in class_names.
     */
    label: number;
    /**
     * Of the positive class, calibrated, one for each film, ascending.
     *
     * @minItems 1
     */
    probabilities: number[];
  }[];
}

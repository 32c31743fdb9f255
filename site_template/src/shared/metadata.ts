// Generated from build/plainfilm/metadata.schema.json by `npm run types`; do not edit.

/**
 * @minItems 2
 * @maxItems 2
 */
export type Interval = unknown[];
/**
 * One entry for each threshold and split. Thresholds are fixed on validation splits. The first name is the default; where `screening` and `rule-in` are there, a film is ruled out below the one, ruled in from the other on, and indeterminate between.
 */
export type OperatingPoints = {
  name: string;
  /**
   * A film is read as positive_class at this probability or above.
   */
  threshold: number;
  sensitivity: number;
  sensitivity_interval?: Interval;
  specificity: number;
  specificity_interval?: Interval;
  split: string;
  n: number;
}[];
export type Evaluation = {
  metric: string;
  value: number;
  /**
   * 95 % bootstrap interval.
   */
  low: number | null;
  high: number | null;
  n: number;
  split: string;
}[];

/**
 * What a model bundle says of itself: metadata.json beside model.json. Read by Python (export, build_site) and by the page.
 */
export interface BundleMetadata {
  schema_version: 1;
  /**
   * The bundle's folder name.
   */
  name: string;
  title: string;
  /**
   * One or two sentences for people.
   */
  description: string;
  /**
   * In the order of the columns of the output `probability`.
   *
   * @minItems 2
   */
  class_names: string[];
  /**
   * The class the operating points and the heat map speak of; one of class_names.
   */
  positive_class: string;
  /**
   * How the weights are stored.
   */
  precision: "float32" | "float16" | "uint8" | "mixed";
  /**
   * From a decoded film to the graph's input, float32 [n, height, width, channels]: value · scale + offset, value in 0–255.
   */
  image_converter: {
    height: number;
    width: number;
    channels: 1 | 3;
    /**
     * square: the centre square in true geometry; whole: the film squashed.
     */
    view: "square" | "whole";
    /**
     * rgb: red, green and blue, which takes 3 channels; grey, also where it is absent: the grey for every channel.
     */
    colour?: "grey" | "rgb";
    /**
     * antialias, also where it is absent: a triangle filter, widened when shrinking; bilinear: never widened; bilinear-corner: the same by the corners of pixels; nearest: the pixel under the sample's middle.
     */
    sampling?: "antialias" | "bilinear" | "bilinear-corner" | "nearest";
    /**
     * What `antialias` was called before there was `sampling`.
     */
    interpolation?: "bilinear";
    /**
     * As interpolation.
     */
    antialias?: true;
    scale: number;
    offset: number;
  };
  operating_points: OperatingPoints;
  /**
   * What people call the splits that other entries name. `external_…` are external films, which show how the model travels.
   */
  splits?: {
    name: string;
    /**
     * Words that may follow a number, such as `test films`.
     */
    title: string;
    n: number;
  }[];
  /**
   * Out-of-distribution gate on the output `ood_score`; null for a bundle whose graph has none.
   */
  ood: null | {
    threshold: number;
    /**
     * Distance that nearly all validation films stay within; a picture that was turned must come to lie there. Absent in older bundles: two thirds of the threshold.
     */
    within?: number;
    /**
     * Share of validation films at or below the threshold.
     */
    kept_fraction: number;
    method: string;
  };
  /**
   * Check for films from the side, on the output `lateral_score`; absent for a bundle whose graph has none.
   */
  lateral?: {
    threshold: number;
    /**
     * Share of the frontal films of validation at or below the threshold.
     */
    kept_fraction: number;
    /**
     * Lateral films that it was measured on, none of which made it.
     */
    laterals: number;
    /**
     * How many of them are above the threshold.
     */
    refused: number;
    method: string;
  };
  /**
   * Scale of the heat maps, the same for every film; absent where the graph has none, and in older bundles.
   */
  heatmap?: {
    /**
     * In full colour from this contribution to the logit on (heatmap times heatmap_peak): what the hottest place of half of the films adds, or more.
     */
    scale: number;
    /**
     * Which films; of them those that look like positive_class to the network.
     */
    split: string;
    /**
     * How many those are.
     */
    n: number;
  };
  /**
   * What a picture must show to be read, by the films that the network learned from; what is absent is not checked.
   */
  film_checks?: {
    /**
     * Largest share of the pixels that may be clearly in colour.
     */
    most_colour?: number;
    /**
     * Grey levels from the 5th to the 95th percentile, at least.
     */
    least_range?: number;
    /**
     * Pixels of the shorter side, at least.
     */
    smallest_side?: number;
    /**
     * The mean training film by 8 x 8 grey levels, row after row, of mean 0 and length 1.
     *
     * @minItems 64
     * @maxItems 64
     */
    mean_film?: number[];
    /**
     * From where on a picture holds several films: every part is so much like the mean film, or less where between all parts two rows or columns differ so much more than they commonly do. Parts that lie one above the other need such an edge.
     */
    collage?: {
      likeness: number;
      edge: number;
      /**
       * Of parts with such edges between them; likeness where it is absent.
       */
      likeness_at_edge?: number;
    };
    /**
     * A film that looks more like the mean film inverted or turned is taken for inverted or turned where its ood_score is then below this share of what it is.
     */
    turned_share?: number;
  };
  calibration: null | {
    method: "temperature";
    /**
     * Folded into the output `probability` (of populations: the first one's); not into `logit`.
     */
    temperature: number;
    /**
     * Log-odds that are added to the positive class's column of logit / temperature; 0 where it is absent, and for the first population.
     */
    offset?: number;
    ece: number;
    split: string;
    n: number;
  };
  evaluation: Evaluation;
  /**
   * Whose films are read by calibrations and thresholds of their own; the first is the one that the rest of this file speaks of. Where it is absent, all films are read alike.
   *
   * @minItems 2
   */
  populations?: {
    name: string;
    /**
     * What people call it, such as `Adults`.
     */
    title: string;
    /**
     * By which a file that says its patient's age belongs to it.
     */
    ages?: {
      /**
       * Years, at least.
       */
      from?: number;
      /**
       * Years, and below.
       */
      to?: number;
    };
    calibration: null | {
      method: "temperature";
      /**
       * Folded into the output `probability` (of populations: the first one's); not into `logit`.
       */
      temperature: number;
      /**
       * Log-odds that are added to the positive class's column of logit / temperature; 0 where it is absent, and for the first population.
       */
      offset?: number;
      ece: number;
      split: string;
      n: number;
    };
    operating_points: OperatingPoints;
    evaluation: Evaluation;
    /**
     * Where its films are from, and what was measured there at its default operating point.
     */
    hospitals?: {
      /**
       * What people call the hospital, or external films.
       */
      title: string;
      /**
       * Whether the network knows films of this hospital. Those that it is measured on are other patients'.
       */
      seen: "trained on" | "validation only" | "never seen";
      /**
       * Number of its films that the network was trained on.
       */
      trained_on: number;
      evaluation: Evaluation;
    }[];
  }[];
  /**
   * Of three and more classes: films by label and by the class that they are read as at the default operating point.
   */
  confusion_matrix?: {
    split: string;
    label: string;
    read_as: string;
    n: number;
  }[];
  training_population: string;
  /**
   * What was assumed of a model that was trained elsewhere (about its input), and what its measurement leaves open; a sentence each, for people.
   */
  notes?: {
    about: "input" | "measurement";
    text: string;
  }[];
  /**
   * What storing the weights at `precision` changed, measured on `split`; null where it was not measured.
   */
  quantisation: null | {
    split: string;
    n: number;
    mean_abs_logit_change: number;
    max_abs_logit_change: number;
    decisions_changed: number;
  };
  /**
   * Every other file of the bundle.
   *
   * @minItems 1
   */
  files: {
    path: string;
    bytes: number;
    sha256: string;
  }[];
  provenance: {
    commit: string | null;
    versions: {
      name: string;
      version: string;
    }[];
    /**
     * SHA-256 over the run's splits.csv.
     */
    data_sha256: string | null;
    /**
     * ISO 8601, UTC.
     */
    created: string;
  };
}

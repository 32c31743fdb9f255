// What build_site writes into the page for the script: a JSON block with the id `site` (build/build_site/render.py).

import type { Source } from "./protocol.ts";

export interface ClassWords {
  readonly name: string;
  /** What people call it, e.g. "pneumonia". */
  readonly label: string;
}

export interface Site {
  readonly version: string;
  readonly model: string;
  /** In the order of the bundle's class_names. */
  readonly classes: readonly ClassWords[];
  readonly positive_class: string;
  readonly view: "square" | "whole";
  readonly source: Source;
  /** The worker's address; null where it is inside the page. */
  readonly worker: string | null;
  /** `[messages]` of strings.toml. */
  readonly messages: Readonly<Record<string, string>>;
}

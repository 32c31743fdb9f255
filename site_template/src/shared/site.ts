// What build_site writes into the page for the script: a JSON block with the id `site` (build/build_site/render.py).

import type { DicomRules } from "./formats.ts";

/** A sentence, or one for each plural form of the language that differs (the keys are those of Intl.PluralRules). */
export type Message = string | ({ readonly other: string } & { readonly [form in Intl.LDMLPluralRule]?: string });

export interface ClassWords {
  readonly name: string;
  /** What people call it, e.g. "pneumonia". */
  readonly label: string;
}

/** A share, 0–1, with its 95 % interval where that was measured. */
export interface Share {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** How an operating point did on one split. */
export interface Measured {
  /** What people call the split's films, such as `test films`. */
  readonly films: string;
  readonly n: number;
  readonly sensitivity: Share;
  readonly specificity: Share;
}

export interface OperatingPoint {
  readonly name: string;
  /** What people call it. */
  readonly label: string;
  /** What it is for; empty where nothing is known of its name. */
  readonly help: string;
  /** The positive class is read at this probability or above. */
  readonly threshold: number;
  /** Its threshold and how it did, in words. */
  readonly sentence: string;
  readonly measured: readonly Measured[];
}

/** Whose films a model reads by a calibration and thresholds of their own. */
export interface Population {
  readonly name: string;
  /** What people call it. */
  readonly label: string;
  /** Null where no age tells. */
  readonly ages: { readonly from?: number; readonly to?: number } | null;
  readonly calibration: { readonly temperature: number; readonly offset?: number } | null;
  readonly operating_points: readonly OperatingPoint[];
  /** On films like those that it learned from; null where that was not measured. Left out as well. */
  readonly auroc?: Share | null;
  /** What people call it, and how good the model is for its films; empty where that was not measured. */
  readonly standing: string;
  /** What speaks against reading its films: that nothing was measured of them, or nothing learned; mostly empty. */
  readonly warning: string;
}

/** What belongs to one model. */
export interface Model {
  readonly name: string;
  readonly title: string;
  /** Of the bundle's metadata.json, which in turn vouches for every other file of the bundle. */
  readonly sha256: string;
  /** How the weights are stored. */
  readonly precision: string;
  /** What stands beside every result, on the page and in every export. */
  readonly disclaimer: string;
  /** The first is the default; empty where the bundle has none. */
  readonly operating_points: readonly OperatingPoint[];
  /** None where it reads all films alike; the first is the one that `operating_points` speaks of. */
  readonly populations: readonly Population[];
  /** On its own test films; null where that was not measured. Left out as well. */
  readonly auroc?: Share | null;
  /** How it does on external films, one sentence per such split. */
  readonly travel: readonly string[];
  /** What people call the splits that the model was measured on. */
  readonly splits: readonly { readonly name: string; readonly title: string }[];
  readonly view: "square" | "whole";
  /** Whether its network takes colours. */
  readonly in_colour: boolean;
  readonly has_heatmap: boolean;
  readonly has_predictions: boolean;
  /** Whether its bundle has a network for the second engine. */
  readonly has_litert: boolean;
  /** The bundle's address; null where it is inside the page. */
  readonly bundle: string | null;
  /** The address of its model card. */
  readonly card: string;
}

/** A picture that the page offers to try. */
export interface Sample {
  /** Its file's name. */
  readonly name: string;
  /** Null where it is inside the page. */
  readonly address: string | null;
  /** What people call the class that it was drawn as; null where it is no drawing. */
  readonly truth: string | null;
  /** Of its patient, in years; null where that is not said. */
  readonly age: number | null;
}

/** What the page's script knows of its site. */
export interface Site {
  /** Of the page, as in its `lang`. */
  readonly language: string;
  readonly version: string;
  /** The first is the default. */
  readonly models: readonly Model[];
  /** In the order of the bundles' class_names. */
  readonly classes: readonly ClassWords[];
  readonly positive_class: string;
  /** `[labels]` of site.toml: what else folders and tables call the classes, by their names. */
  readonly labels: Readonly<Record<string, readonly string[]>>;
  /** `[dicom]` of site.toml; null where the site reads every DICOM file. */
  readonly dicom: DicomRules | null;
  /** Whether DICOM files are opened at all. */
  readonly opens_dicom: boolean;
  readonly samples: readonly Sample[];
  readonly source: { readonly kind: "http"; readonly wasm: Readonly<Record<string, string>> } | { readonly kind: "embedded" };
  /** SHA-256 of the workers' and the engine's files, by address: they run only if they are those. */
  readonly sha256: Readonly<Record<string, string>>;
  /** The address of the reading worker; null where it is inside the page. */
  readonly worker: string | null;
  /** The address of the second engine's reading worker (page/second_engine.ts); null where the site has none. */
  readonly litert: string | null;
  /** The address of the formats worker, which opens what browsers cannot; null where it is inside the page. */
  readonly formats: string | null;
  /** The address of the measuring worker, which counts over labelled films; null where it is inside the page. */
  readonly measure: string | null;
  /** The address of the script of what is loaded when it is wanted; null where it is inside the page. */
  readonly later: string | null;
  /** The address of the service worker; null where the page is one file and needs none. */
  readonly service_worker: string | null;
  /** What the page's patience with a start is multiplied by (page/start_patience.ts); left out: 1. */
  readonly patience?: number;
  /** The same of its patience with workers that have a film (page/patience.ts). */
  readonly film_patience?: number;
  /** Of the workers that read a batch (page/pool.ts); left out: by the device. */
  readonly pool?: { readonly most: number; readonly worth: number; readonly idle: number; readonly pays?: number };
  /** `[messages]` of strings.toml. */
  readonly messages: Readonly<Record<string, Message>>;
}

// A network in TensorFlow.js's own files: model.json and the shards of its weights.

import { BundleError, takeFile, type Bundle } from "../../bundle/bundle.ts";
import type { BundleMetadata } from "../../shared/metadata.ts";
import { joined } from "../../shared/bytes.ts";
import { folded, type Weight } from "./fold.ts";

export const MODEL = "model.json";

/** The parts of model.json that are looked at here; the rest is TensorFlow.js's. */
export interface ModelJson {
  readonly format?: string;
  readonly modelTopology: object;
  readonly weightsManifest: readonly { readonly paths: readonly string[]; readonly weights: readonly Weight[] }[];
  readonly signature: {
    readonly inputs: Readonly<Record<string, { readonly name: string }>>;
    readonly outputs: Readonly<Record<string, { readonly name: string }>>;
  };
}

/** `weights` are the shards of the manifest, joined in order. */
export interface Network {
  readonly converter: BundleMetadata["image_converter"];
  readonly model: ModelJson;
  readonly weights: Uint8Array<ArrayBuffer>;
}

/** Takes the network's files out of a bundle. */
export function networkOf(bundle: Bundle): Network {
  let model: ModelJson;
  try {
    model = JSON.parse(new TextDecoder().decode(takeFile(bundle, MODEL))) as ModelJson;
  } catch (error) {
    throw error instanceof BundleError ? error : new BundleError(`${MODEL} is not JSON`);
  }
  const shards = model.weightsManifest.flatMap((group) => group.paths);
  const parts = shards.map((path) => takeFile(bundle, path));
  const manifest = model.weightsManifest.flatMap((group) => group.weights);
  const { topology, weights, data } = folded({ topology: model.modelTopology, weights: manifest, data: parts.length === 1 ? parts[0]! : joined(parts) });
  const whole = { ...model, modelTopology: topology, weightsManifest: [{ paths: shards, weights }] };
  return { converter: bundle.metadata.image_converter, model: whole, weights: data };
}

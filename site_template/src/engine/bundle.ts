// Loads a bundle: metadata.json by its schema, then every file only after its size and SHA-256 were found right.

import { Validator, type Schema } from "@cfworker/json-schema";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import metadataSchema from "plainfilm:metadata.schema.json";
import paritySchema from "plainfilm:parity.schema.json";
import type { BundleMetadata } from "../shared/metadata.ts";
import type { BundleParity } from "../shared/parity.ts";
import type { ModelJson, Network } from "./engine.ts";

/** Reads one file of the bundle; `progress` hears of every chunk's bytes. Throws where the file cannot be had. */
export type ReadFile = (path: string, progress?: (bytes: number) => void) => Promise<Uint8Array<ArrayBuffer>>;

export interface Bundle extends Network {
  readonly parity: BundleParity;
  /** The checked bytes of any file that metadata.json lists. */
  readonly file: (path: string) => Promise<Uint8Array<ArrayBuffer>>;
}

/** The bundle is not what its metadata.json says it is. */
export class BundleError extends Error {}

/**
 * Loads and checks a bundle.
 *
 * `progress` is told the share of bytes that have arrived, 0–1.
 */
export async function loadBundle(read: ReadFile, progress: (share: number) => void = () => {}): Promise<Bundle> {
  const metadata = validated<BundleMetadata>(await read("metadata.json"), metadataSchema, "metadata.json");
  const total = metadata.files.reduce((sum, entry) => sum + entry.bytes, 0);
  let arrived = 0;
  const file = async (path: string): Promise<Uint8Array<ArrayBuffer>> => {
    const entry = metadata.files.find((candidate) => candidate.path === path);
    if (entry === undefined) throw new BundleError(`metadata.json does not list ${path}`);
    const bytes = await read(path, (count) => progress(Math.min(1, (arrived += count) / total)));
    if (bytes.length !== entry.bytes) {
      throw new BundleError(`${path} has ${bytes.length} bytes instead of ${entry.bytes}`);
    }
    if (bytesToHex(sha256(bytes)) !== entry.sha256) throw new BundleError(`${path} was changed: its SHA-256 is wrong`);
    return bytes;
  };
  const model = JSON.parse(new TextDecoder().decode(await file("model.json"))) as ModelJson;
  const shards = model.weightsManifest.flatMap((group) => group.paths);
  const weights = joined(await Promise.all(shards.map(file)));
  const parity = validated<BundleParity>(await file("parity.json"), paritySchema, "parity.json");
  return { metadata, model, weights, parity, file };
}

function validated<T>(bytes: Uint8Array, schema: Schema, name: string): T {
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new BundleError(`${name} is no JSON`);
  }
  const result = new Validator(schema, "2020-12").validate(document);
  if (!result.valid) {
    const error = result.errors.at(-1);
    throw new BundleError(`${name} is invalid at ${error?.instanceLocation ?? "#"}: ${error?.error ?? "unknown"}`);
  }
  return document as T;
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

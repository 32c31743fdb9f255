// Loads a bundle: metadata.json by its schema, then every file only after its size and SHA-256 were found right.

import { Validator, type Schema } from "@cfworker/json-schema";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import metadataSchema from "plainfilm:metadata.schema.json";
import paritySchema from "plainfilm:parity.schema.json";
import predictionsSchema from "plainfilm:predictions.schema.json";
import type { BundleMetadata } from "../shared/metadata.ts";
import type { BundleParity } from "../shared/parity.ts";
import type { BundlePredictions } from "../shared/predictions.ts";

/**
 * Reads one file of the bundle; `progress` is called with every chunk's bytes, and `afresh` passes by what caches hold. Throws
 * where the file cannot be had.
 */
export type ReadFile = (path: string, progress?: (bytes: number) => void, afresh?: boolean) => Promise<Uint8Array<ArrayBuffer>>;

type Entry = BundleMetadata["files"][number];

export interface Bundle {
  readonly metadata: BundleMetadata;
  readonly parity: BundleParity;
  /** The checked bytes of its other files, by path, but for those that were taken out: the network's by its engine. */
  readonly files: Map<string, Uint8Array<ArrayBuffer>>;
}

/** The bundle does not match its metadata.json. */
export class BundleError extends Error {}

/**
 * Loads and checks a bundle, all of it.
 *
 * `progress` is called with the share of bytes that have arrived, 0–1.
 */
export async function loadBundle(read: ReadFile, progress: (share: number) => void = () => {}): Promise<Bundle> {
  const metadata = validated<BundleMetadata>(await read("metadata.json"), metadataSchema, "metadata.json");
  const total = metadata.files.reduce((sum, entry) => sum + entry.bytes, 0);
  let arrived = 0;
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  await Promise.all(
    metadata.files.map(async (entry) => {
      files.set(entry.path, await checked(read, entry, (count) => progress(Math.min(1, (arrived += count) / total))));
    }),
  );
  const parity = validated<BundleParity>(takeFile({ files }, "parity.json"), paritySchema, "parity.json");
  return { metadata, parity, files };
}

/** Takes a file out of the bundle, so that it does not stay in memory. */
export function takeFile({ files }: Pick<Bundle, "files">, path: string): Uint8Array<ArrayBuffer> {
  const bytes = files.get(path);
  if (bytes === undefined) throw new BundleError(`metadata.json does not list ${path}`);
  files.delete(path);
  return bytes;
}

/** What its network predicts of the films it was measured on; null for a bundle without predictions. */
export function predictionsOf({ files }: Bundle): BundlePredictions | null {
  const bytes = files.get("predictions.json");
  return bytes === undefined ? null : validated(bytes, predictionsSchema, "predictions.json");
}

/** A file as it is listed. A damaged one may lie in a cache, for a year even, so it is read a second time past caches. */
async function checked(read: ReadFile, entry: Entry, progress: (bytes: number) => void): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await read(entry.path, progress);
  if (problemOf(bytes, entry) === null) return bytes;
  const again = await read(entry.path, undefined, true);
  const problem = problemOf(again, entry);
  if (problem !== null) throw new BundleError(problem);
  return again;
}

function problemOf(bytes: Uint8Array, { path, bytes: size, sha256: expected }: Entry): string | null {
  if (bytes.length !== size) return `${path} has ${bytes.length} bytes instead of ${size}`;
  return bytesToHex(sha256(bytes)) === expected ? null : `${path} was changed: its SHA-256 is wrong`;
}

function validated<T>(bytes: Uint8Array, schema: Schema, name: string): T {
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new BundleError(`${name} is not JSON`);
  }
  const result = new Validator(schema, "2020-12").validate(document);
  if (!result.valid) {
    const error = result.errors.at(-1);
    throw new BundleError(`${name} is invalid at ${error?.instanceLocation ?? "#"}: ${error?.error ?? "unknown"}`);
  }
  return document as T;
}

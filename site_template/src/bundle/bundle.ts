// Loads a bundle: metadata.json by the page's hash and its schema, then every file only after its size and SHA-256 were found right.

import { Validator, type Schema } from "@cfworker/json-schema";
import metadataSchema from "plainfilm:metadata.schema.json";
import paritySchema from "plainfilm:parity.schema.json";
import predictionsSchema from "plainfilm:predictions.schema.json";
import type { BundleMetadata } from "../shared/metadata.ts";
import type { BundleParity } from "../shared/parity.ts";
import type { BundlePredictions } from "../shared/predictions.ts";
import { twice } from "../shared/fetch_file.ts";
import { StartError } from "../shared/start_error.ts";
import { sha256Of } from "./sha256.ts";

/**
 * Reads one file of the bundle; `progress` is called with every chunk's bytes, and `afresh` passes by what caches hold. Throws
 * where the file cannot be had.
 */
export type ReadFile = (path: string, progress?: (bytes: number) => void, afresh?: boolean) => Promise<Uint8Array<ArrayBuffer>>;

export interface Bundle {
  readonly metadata: BundleMetadata;
  readonly parity: BundleParity;
  /** The checked bytes of its other files, by path, but for those that were taken out: the network's by its engine. */
  readonly files: Map<string, Uint8Array<ArrayBuffer>>;
  /** Another of its files, checked: one that was not loaded at first is asked for now. */
  readonly read: (path: string) => Promise<Uint8Array<ArrayBuffer>>;
}

/** The bundle does not match its metadata.json, or that is not the one that was meant. */
export class BundleError extends StartError {
  constructor(message: string, file = "metadata.json") {
    super("changed", message, file);
  }
}

/**
 * Loads and checks a bundle: all of it, or the files that `isFirst` names.
 *
 * `progress` is called with the share of bytes that have arrived, 0–1. `sha256` is that of its metadata.json, where it is known.
 */
export async function loadBundle(
  read: ReadFile, progress: (share: number) => void = () => {}, sha256: string | null = null,
  isFirst: (path: string, metadata: BundleMetadata) => boolean = () => true,
): Promise<Bundle> {
  const metadata = validated<BundleMetadata>(await pinned(read, "metadata.json", sha256, () => progress(0)), metadataSchema, "metadata.json");
  const first = metadata.files.filter(({ path }) => isFirst(path, metadata));
  const total = first.reduce((sum, entry) => sum + entry.bytes, 0);
  let arrived = 0;
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  await Promise.all(
    first.map(async (entry) => {
      const { path, bytes, sha256: expected } = entry;
      files.set(path, await pinned(read, path, expected, (count) => progress(Math.min(1, (arrived += count) / total)), bytes));
    }),
  );
  const parity = validated<BundleParity>(takeFile({ files }, "parity.json"), paritySchema, "parity.json");
  const later = async (path: string): Promise<Uint8Array<ArrayBuffer>> => {
    const entry = metadata.files.find((file) => file.path === path);
    if (entry === undefined) throw new BundleError(`metadata.json does not list ${path}`);
    return files.get(path) ?? pinned(read, path, entry.sha256, () => {}, entry.bytes);
  };
  return { metadata, parity, files, read: later };
}

/** Takes a file out of the bundle, so that it does not stay in memory. */
export function takeFile({ files }: Pick<Bundle, "files">, path: string): Uint8Array<ArrayBuffer> {
  const bytes = files.get(path);
  if (bytes === undefined) throw new BundleError(`metadata.json does not list ${path}`);
  files.delete(path);
  return bytes;
}

/** What its network predicts of the films it was measured on; null for a bundle without predictions. */
export async function predictionsOf({ metadata, read }: Bundle): Promise<BundlePredictions | null> {
  if (metadata.files.every(({ path }) => path !== "predictions.json")) return null;
  return validated(await read("predictions.json"), predictionsSchema, "predictions.json");
}

/** A file that is read a second time, past caches, where it is not what it should be: a damaged one may lie in one for a year. */
async function pinned(
  read: ReadFile, path: string, sha256: string | null, progress: (bytes: number) => void, size: number | null = null,
): Promise<Uint8Array<ArrayBuffer>> {
  return twice(async (afresh) => {
    const bytes = await read(path, progress, afresh);
    if (size !== null && bytes.length !== size) throw new BundleError(`${path} has ${bytes.length} bytes instead of ${size}`, path);
    if (sha256 !== null && (await sha256Of(bytes)) !== sha256) throw new BundleError(`${path} was changed: its SHA-256 is wrong`, path);
    return bytes;
  });
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

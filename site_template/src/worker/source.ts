// The bytes of the bundle and of the engine's binaries: over HTTP, or from base64 out of standalone.html.

import type { ReadFile } from "../bundle/bundle.ts";
import { sha256Of } from "../bundle/sha256.ts";
import type { ReadBinary } from "../engine/engine.ts";
import { bytesOfBase64 } from "../shared/bytes.ts";
import { fetchFile, fetchPinned } from "../shared/fetch_file.ts";
import type { KeptFile, Source } from "../shared/protocol.ts";

export interface Files {
  readonly bundle: ReadFile;
  readonly wasm: ReadBinary;
}

/** `held` has bytes, or their base64, by path: `bundle/…` and `wasm/…`. Over HTTP what is not there is fetched, and what is not right. */
export function filesOf(source: Source, held: ReadonlyMap<string, KeptFile["content"]>): Files {
  if (source.kind === "http") {
    return {
      bundle: async (path, progress, afresh) => {
        const bytes = afresh ? undefined : held.get(`bundle/${path}`);
        if (!(bytes instanceof Uint8Array)) return fetchFile(source.bundle + path, { progress }, afresh);
        progress?.(bytes.length);
        return bytes;
      },
      wasm: async (name, progress) => {
        const { address, sha256 } = source.wasm[name]!;
        const bytes = held.get(`wasm/${name}`);
        return bytes instanceof Uint8Array && (await sha256Of(bytes)) === sha256 ? bytes : fetchPinned(address, sha256, { progress });
      },
    };
  }
  const from = (folder: string): ReadFile => async (path, progress) => {
    const content = held.get(`${folder}/${path}`);
    if (content === undefined) throw new Error(`this page does not hold ${path}`);
    const bytes = typeof content === "string" ? bytesOfBase64(content) : content;
    progress?.(bytes.length);
    return bytes;
  };
  return { bundle: from("bundle"), wasm: from("wasm") };
}

/** The same, and what is read goes into `kept` as well. */
export function recorded({ bundle, wasm }: Files, kept: Map<string, Uint8Array<ArrayBuffer>>): Files {
  const noting = (folder: string, path: string, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => {
    kept.set(`${folder}/${path}`, bytes);
    return bytes;
  };
  return {
    bundle: async (path, ...more) => noting("bundle", path, await bundle(path, ...more)),
    wasm: async (name, ...more) => noting("wasm", name, await wasm(name, ...more)),
  };
}

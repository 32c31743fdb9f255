// The bytes of the bundle and of the engine's binaries: over HTTP, or from base64 out of standalone.html.

import type { ReadFile } from "../bundle/bundle.ts";
import type { ReadBinary } from "../engine/engine.ts";
import { bytesOfBase64 } from "../shared/bytes.ts";
import { fetchFile, fetchPinned } from "../shared/fetch_file.ts";
import type { Source } from "../shared/protocol.ts";

export interface Files {
  readonly bundle: ReadFile;
  readonly wasm: ReadBinary;
}

/** `embedded` holds base64 by path: `bundle/…` and `wasm/…`. */
export function filesOf(source: Source, embedded: Map<string, string>): Files {
  if (source.kind === "http") {
    return {
      bundle: (path, progress, afresh) => fetchFile(source.bundle + path, { progress }, afresh),
      wasm: (name, progress) => {
        const { address, sha256 } = source.wasm[name]!;
        return fetchPinned(address, sha256, { progress });
      },
    };
  }
  const from = (folder: string): ReadFile => async (path, progress) => {
    const base64 = embedded.get(`${folder}/${path}`);
    if (base64 === undefined) throw new Error(`this page does not hold ${path}`);
    const bytes = bytesOfBase64(base64);
    progress?.(bytes.length);
    return bytes;
  };
  return { bundle: from("bundle"), wasm: from("wasm") };
}

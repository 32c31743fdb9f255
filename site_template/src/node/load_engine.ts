// A bundle from a disk and the engine that runs it, in Node.

import { readFile } from "node:fs/promises";
import path from "node:path";
import { loadBundle, type Bundle, type ReadFile } from "../bundle/bundle.ts";
import type { Engine } from "../engine/engine.ts";
import { engineFor } from "../engine/engines.ts";
import type { Backend } from "../shared/backend.ts";

/** `binaries` is the folder of the engine's own binaries. Node has no WebGL. */
export async function loadEngine(bundlePath: string, binaries: string, backend: Backend = "wasm"): Promise<{ bundle: Bundle; engine: Engine }> {
  const bundle = await loadBundle(filesIn(bundlePath));
  return { bundle, engine: await engineFor(bundle).open(bundle)(backend, filesIn(binaries)) };
}

function filesIn(folder: string): ReadFile {
  return async (name, progress) => {
    const bytes = Uint8Array.from(await readFile(path.join(folder, name)));
    progress?.(bytes.length);
    return bytes;
  };
}

// A bundle's files and the WASM binaries from a disk.

import { readFile } from "node:fs/promises";
import path from "node:path";
import type { ReadFile } from "../engine/bundle.ts";

/** Reads files of one folder. */
export function folder(root: string): ReadFile {
  return async (name, progress) => {
    const bytes = Uint8Array.from(await readFile(path.join(root, name)));
    progress?.(bytes.length);
    return bytes;
  };
}

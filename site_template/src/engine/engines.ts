// The engines that this page has: the one that runs a bundle.

import { BundleError, type Bundle } from "../bundle/bundle.ts";
import type { Backend } from "../shared/backend.ts";
import type { EngineKind, ReadBinary } from "./engine.ts";
import { tensorflow } from "./tensorflow/tensorflow.ts";

const ENGINES: readonly EngineKind[] = [tensorflow];

/** Gets a backend ready while the bundle is on its way. */
export async function prepareEngines(backend: Backend, binary: ReadBinary): Promise<void> {
  await Promise.all(ENGINES.map((engine) => engine.prepare(backend, binary)));
}

/** Throws a BundleError where no engine runs it. */
export function engineFor(bundle: Bundle): EngineKind {
  const found = ENGINES.find((engine) => engine.runs(bundle));
  if (found === undefined) throw new BundleError("metadata.json lists no network that an engine of this page can run");
  return found;
}

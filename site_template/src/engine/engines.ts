// The engines that this page has: the one that runs a bundle.

import { BundleError, type Bundle } from "../bundle/bundle.ts";
import type { EngineKind } from "./engine.ts";
import { tensorflow } from "./tensorflow/tensorflow.ts";

const ENGINES: readonly EngineKind[] = [tensorflow];

/** Throws a BundleError where no engine runs it. */
export function engineFor(bundle: Bundle): EngineKind {
  const found = ENGINES.find((engine) => engine.runs(bundle));
  if (found === undefined) throw new BundleError("metadata.json lists no network that an engine of this page can run");
  return found;
}

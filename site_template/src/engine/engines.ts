// The engines of the reading worker, and the one of them that runs a bundle. The second engine has a worker of its own.

import type { Bundle } from "../bundle/bundle.ts";
import type { EngineKind } from "./engine.ts";
import { oneFor } from "./one_for.ts";
import { tensorflow } from "./tensorflow/tensorflow.ts";

export const ENGINES: readonly EngineKind[] = [tensorflow];

/** Throws a BundleError where no engine runs it. */
export function engineFor(bundle: Bundle): EngineKind {
  return oneFor(bundle, ENGINES);
}

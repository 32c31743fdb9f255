// Which of some engines runs a bundle.

import { BundleError, type Bundle } from "../bundle/bundle.ts";
import type { EngineKind } from "./engine.ts";

/** Throws a BundleError where none does. */
export function oneFor(bundle: Bundle, engines: readonly EngineKind[]): EngineKind {
  const found = engines.find((engine) => engine.runs(bundle));
  if (found === undefined) throw new BundleError("metadata.json lists no network that an engine of this page can run");
  return found;
}

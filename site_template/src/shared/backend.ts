// What a neural network can run on, whichever engine it is.

/** Those that a page starts with. */
export const BACKENDS = ["wasm", "webgl"] as const;
/** `litert` is the second engine's, for batches (page/second_engine.ts). */
export type Backend = (typeof BACKENDS)[number] | "litert";

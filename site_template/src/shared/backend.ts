// What a neural network can run on, whichever engine it is.

export const BACKENDS = ["wasm", "webgl"] as const;
export type Backend = (typeof BACKENDS)[number];

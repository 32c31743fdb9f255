// TensorFlow.js's WASM backend: begun by whoever asks first, its file or its network.

import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import type { ReadBinary } from "../engine.ts";

const WASM_PLAIN = "tfjs-backend-wasm.wasm";
const WASM_SIMD = "tfjs-backend-wasm-simd.wasm";
// The threaded binary needs cross-origin isolation, which a plain static host cannot give: never asked for.
const WASM_THREADS = "tfjs-backend-wasm-threaded-simd.wasm";

let begun: Promise<boolean> | null = null;

/**
 * Whether it is there. One beginning serves all who ask while it goes on: of two at once, TensorFlow.js takes the first for outdated, and
 * the second keeps every other backend waiting. What failed is tried again.
 */
export async function wasmBackend(read: ReadBinary): Promise<boolean> {
  const before = begun;
  if (before !== null && (await before.catch(() => false))) return true;
  if (begun === before) begun = prepareWasm(read).then(() => tf.setBackend("wasm"));
  return begun!;
}

/** Hands the binary to TensorFlow.js from memory: one way for servers, single files and Node, and a broken one is noticed here. */
async function prepareWasm(read: ReadBinary): Promise<void> {
  await assertAllowed();
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  const name = (await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT")) ? WASM_SIMD : WASM_PLAIN;
  const binary = await read(name);
  if (!WebAssembly.validate(binary)) throw new Error(`${name} is not a WebAssembly module`);
  const { platform } = tf.env();
  tf.env().platform = { ...platformOf(platform), fetch: async () => new Response(binary) };
  setWasmPaths({ [WASM_PLAIN]: WASM_PLAIN, [WASM_SIMD]: WASM_SIMD, [WASM_THREADS]: WASM_THREADS }, true);
}

/** A security policy or a browser may forbid WebAssembly, and TensorFlow.js would then wait for it for ever. */
async function assertAllowed(): Promise<void> {
  const smallest = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
  const allowed = typeof WebAssembly === "object" && (await WebAssembly.compile(smallest).then(() => true, () => false));
  if (!allowed) throw new Error("WebAssembly is forbidden here, by this browser or by the site's host (script-src without 'wasm-unsafe-eval')");
}

type Platform = ReturnType<typeof tf.env>["platform"];

/** TensorFlow.js's own platform object with its methods bound, so that `fetch` alone can be replaced. */
function platformOf(platform: Platform): Platform {
  return {
    fetch: platform.fetch.bind(platform),
    now: platform.now.bind(platform),
    encode: platform.encode.bind(platform),
    decode: platform.decode.bind(platform),
    isTypedArray: platform.isTypedArray.bind(platform),
  };
}

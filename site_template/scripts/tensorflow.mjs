// What the bundler does for TensorFlow.js: no gradients, no threads, and of its kernels only those that the networks call.
import { readFileSync } from "node:fs";
import path from "node:path";

/** `base` is tfjs-core without optimizers and gradients, which reading a film never needs. */
export function alias(root) {
  const core = path.join(root, "node_modules", "@tensorflow", "tfjs-core", "dist");
  return { "@tensorflow/tfjs-core": path.join(core, "base.js"), "@tensorflow/tfjs-core/dist": core };
}

/** Module names of the wanted kernels and of those that they call: WASM kernels do not work unregistered. */
function kernelModules(folder, kernels) {
  const found = new Set();
  const visit = (name) => {
    if (found.has(name)) return;
    found.add(name);
    const text = readFileSync(path.join(folder, "kernels", `${name}.js`), "utf8");
    for (const [, other] of text.matchAll(/from '\.\/(\w+)'/g)) visit(other);
  };
  // One kernel has a file name of its own on WebGL.
  for (const kernel of kernels) visit(kernel === "FusedBatchNorm" && folder.includes("webgl") ? "BatchNorm" : kernel);
  return [...found];
}

/** Registers the wanted kernels instead of every kernel of a backend. */
export const onlyTheseKernels = (kernels) => ({
  name: "only-these-kernels",
  setup(build) {
    build.onResolve({ filter: /register_all_kernels$/ }, ({ resolveDir }) => ({ path: resolveDir, namespace: "kernels" }));
    build.onLoad({ filter: /.*/, namespace: "kernels" }, ({ path: folder }) => {
      const modules = kernelModules(folder, kernels);
      return {
        resolveDir: folder,
        contents: [
          'import { registerKernel } from "@tensorflow/tfjs-core";',
          ...modules.map((name, index) => `import * as module${index} from "./kernels/${name}";`),
          `for (const exported of [${modules.map((_, index) => `module${index}`)}].flatMap(Object.values))`,
          "  if (exported?.kernelName) registerKernel(exported);",
        ].join("\n"),
      };
    });
  },
});

/** The threaded WASM build is never used (src/engine/tensorflow/tensorflow.ts). */
export const withoutThreads = {
  name: "without-threads",
  setup(build) {
    build.onResolve({ filter: /tfjs-backend-wasm-threaded-simd/ }, ({ path: name }) => ({ path: name, namespace: "without-threads" }));
    build.onLoad({ filter: /.*/, namespace: "without-threads" }, () => ({
      contents: 'export default undefined; export const wasmWorkerContents = "";',
    }));
  },
};

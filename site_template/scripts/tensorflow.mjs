// What the bundler does for TensorFlow.js: no gradients, no threads, and of its kernels and operations only those that the networks call.
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

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

/** What an executor calls for the wanted operations, by its text; and whatever it calls outside its cases. */
function functionsOf(executor, operations) {
  const text = executor.replace(/\/\/# sourceMappingURL.*/s, "");
  const called = (part) => [...part.matchAll(/\bops\.(\w+)/g)].map(([, name]) => name);
  const found = [...text.matchAll(/\btfOps\.(\w+)/g)].map(([, name]) => name);
  const [head, ...cases] = text.split(/\bcase '/);
  found.push(...called(head));
  let isWanted = false;
  for (const one of cases) {
    const [name, body] = [one.slice(0, one.indexOf("'")), one.slice(one.indexOf(":") + 1)];
    isWanted ||= operations.includes(name);
    if (body.trim() === "") continue; // shares the next one's body
    if (isWanted) found.push(...called(body));
    isWanted = false;
  }
  return found;
}

/** Every network has some of this kind: what goes in, and its weights. */
const ALWAYS = "graph";
const NO_EXECUTOR = "export const executeOp = (node) => { throw new TypeError(`${node.op} was left out of this page`); };";

/** Keeps of the converter, and of what its operations call of the core, what these operations need. */
export const onlyTheseOperations = (root, operations) => {
  const packages = path.join(root, "node_modules", "@tensorflow");
  const folder = path.join(packages, "tfjs-converter", "dist", "operations");
  const kinds = readdirSync(path.join(folder, "op_list")).flatMap((file) => (file.endsWith(".js") ? [file.slice(0, -".js".length)] : []));
  const listed = (kind) => readFileSync(path.join(folder, "op_list", `${kind}.js`), "utf8");
  const wanted = kinds.filter((kind) => kind === ALWAYS || operations.some((operation) => listed(kind).includes(`'tfOpName': '${operation}'`)));
  const executor = (kind) => readFileSync(path.join(folder, "executors", `${kind}_executor.js`), "utf8");
  // Tables are there whether or not there are any.
  const tables = readFileSync(path.join(folder, "..", "executor", "hash_table.js"), "utf8");
  const functions = [...new Set([...wanted.map(executor), tables].flatMap((text) => functionsOf(text, operations)))].sort();
  return {
    name: "only-these-operations",
    setup(build) {
      build.onLoad({ filter: /tfjs-converter[\\/]dist[\\/]operations[\\/](op_list|executors)[\\/]\w+\.js$/ }, async ({ path: file }) => {
        const kind = path.basename(file, ".js").replace(/_executor$/, "");
        if (file.includes("op_list")) {
          const { json } = await import(pathToFileURL(file).href);
          return { contents: `export const json = ${JSON.stringify(json.filter((one) => kind === ALWAYS || operations.includes(one.tfOpName)))};` };
        }
        return wanted.includes(kind) || kind === "utils" ? undefined : { contents: NO_EXECUTOR };
      });
      build.onLoad({ filter: /tfjs-core[\\/]dist[\\/]ops[\\/]ops_for_converter\.js$/ }, ({ path: file }) => ({
        resolveDir: path.dirname(file), contents: `export { ${functions.join(", ")} } from "./ops";`,
      }));
    },
  };
};

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

/**
 * No network is stored by TensorFlow.js. It would ask for a window's storage as its script begins: what a worker throws then, though it is caught,
 * has Chromium parse the whole script twice more, to say where that was.
 */
export const withoutStores = {
  name: "without-stores",
  setup(build) {
    build.onResolve({ filter: /\/(local_storage|indexed_db)$/ }, ({ path: name, importer }) =>
      importer.includes("tfjs-core") ? { path: name, namespace: "without-stores" } : undefined);
    build.onLoad({ filter: /.*/, namespace: "without-stores" }, () => ({
      contents: ["BrowserLocalStorage", "BrowserIndexedDB"].map((name) => `export class ${name} { static URL_SCHEME = "${name}"; }\nexport class ${name}Manager {}`).join("\n"),
    }));
  },
};

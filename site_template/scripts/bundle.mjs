// Bundles TypeScript and CSS with esbuild for `python -m build_site`: node scripts/bundle.mjs '{"entries": …}'
//
// entries    entry points, e.g. ["src/page/main.ts"]
// outdir     where the bundles go
// schemas    folder of metadata.schema.json and parity.schema.json
// platform   "browser" or "node"
// kernels    names of the TensorFlow.js kernels to keep, or null for all
//
// Prints the folders of the npm packages that went in, as JSON.
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const { entries, outdir, schemas, platform, kernels } = JSON.parse(process.argv[2]);
const tfjs = path.join(root, "node_modules", "@tensorflow");

/** The two JSON Schemas live beside the Python that shares them. */
const schemaFiles = {
  name: "schema-files",
  setup(build) {
    build.onResolve({ filter: /^plainfilm:/ }, ({ path: name }) => ({ path: path.join(schemas, name.slice("plainfilm:".length)) }));
  },
};

/** Module names of the wanted kernels, and of those that they call themselves: WASM kernels do not work unregistered. */
function kernelModules(folder) {
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
const onlyTheseKernels = {
  name: "only-these-kernels",
  setup(build) {
    build.onResolve({ filter: /register_all_kernels$/ }, ({ resolveDir }) => ({ path: resolveDir, namespace: "kernels" }));
    build.onLoad({ filter: /.*/, namespace: "kernels" }, ({ path: folder }) => {
      const modules = kernelModules(folder);
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
};

/** The threaded WASM build is never used (engine/tensorflow.ts). */
const noThreads = {
  name: "no-threads",
  setup(build) {
    build.onResolve({ filter: /tfjs-backend-wasm-threaded-simd/ }, ({ path: name }) => ({ path: name, namespace: "no-threads" }));
    build.onLoad({ filter: /.*/, namespace: "no-threads" }, () => ({
      contents: 'export default undefined; export const wasmWorkerContents = "";',
    }));
  },
};

/** This package makes a base address of the worker's own, and fails where that is a `blob:` one. It needs none. */
const noBaseAddress = {
  name: "no-base-address",
  setup(build) {
    build.onLoad({ filter: /@cfworker[\\/]json-schema[\\/].*dereference\.js$/ }, async ({ path: file }) => ({
      contents: `const self = undefined;\n${await readFile(file, "utf8")}`,
    }));
  },
};

/** Codecs and parsers ask for these where they run in Node; what they do with them, the page never needs. */
const noNodeModules = {
  name: "no-node-modules",
  setup(build) {
    build.onResolve({ filter: /^(fs|path|crypto|zlib)$/ }, ({ path: name }) => ({ path: name, namespace: "no-node-modules" }));
    build.onLoad({ filter: /.*/, namespace: "no-node-modules" }, () => ({ contents: "" }));
  },
};

const { metafile } = await esbuild.build({
  metafile: true,
  absWorkingDir: root,
  entryPoints: entries,
  outdir,
  entryNames: "[name]",
  bundle: true,
  platform,
  format: platform === "node" ? "cjs" : "iife",
  outExtension: platform === "node" ? { ".js": ".cjs" } : {},
  mainFields: ["module", "main"],
  target: platform === "node" ? "node24" : ["chrome111", "firefox113", "safari16.4"],
  minify: platform === "browser",
  charset: "utf8",
  legalComments: "none",
  // `base` is tfjs-core without optimizers and gradients, which reading a film never needs.
  alias: {
    "@tensorflow/tfjs-core": path.join(tfjs, "tfjs-core/dist/base.js"),
    "@tensorflow/tfjs-core/dist": path.join(tfjs, "tfjs-core/dist"),
  },
  loader: { ".wasm": "binary" },
  plugins: [schemaFiles, noThreads, noBaseAddress, ...(platform === "browser" ? [noNodeModules] : []), ...(kernels === null ? [] : [onlyTheseKernels])],
  logLevel: "warning",
  logOverride: { "empty-import-meta": "silent" },
});

const folders = Object.keys(metafile.inputs).map((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input)?.[0]);
console.log(JSON.stringify([...new Set(folders.filter((folder) => folder?.startsWith("node_modules/")))]));

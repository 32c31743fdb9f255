// Bundles TypeScript and CSS with esbuild for `python -m build_site`: node scripts/bundle.mjs '{"entries": …}'
//
// entries    entry points, e.g. ["src/page/main.ts"]
// outdir     where the bundles go
// schemas    folder of the bundle's JSON Schemas
// platform   "browser" or "node"
// module     whether a browser gets an ES module, not a script
// kernels    names of the TensorFlow.js kernels to keep, or null for all
// operations names of the TensorFlow operations to keep, or null for all
//
// Prints the folders of the npm packages that went in, as JSON.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { litertRuntime } from "./litert.mjs";
import { alias, onlyTheseKernels, onlyTheseOperations, withoutStores, withoutThreads } from "./tensorflow.mjs";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const { entries, outdir, schemas, platform, module, kernels, operations } = JSON.parse(process.argv[2]);

/** The bundle's JSON Schemas lie beside the Python that shares them. */
const schemaFiles = {
  name: "schema-files",
  setup(build) {
    build.onResolve({ filter: /^plainfilm:/ }, ({ path: name }) => ({ path: path.join(schemas, name.slice("plainfilm:".length)) }));
  },
};

/** This package makes a base address of the worker's own, and fails where that is a `blob:` one. The page needs none. */
const noBaseAddress = {
  name: "no-base-address",
  setup(build) {
    build.onLoad({ filter: /@cfworker[\\/]json-schema[\\/].*dereference\.js$/ }, async ({ path: file }) => ({
      contents: `const self = undefined;\n${await readFile(file, "utf8")}`,
    }));
  },
};

/** Codecs and parsers import these for Node; the page never needs what they do with them. */
const noNodeModules = {
  name: "no-node-modules",
  setup(build) {
    build.onResolve({ filter: /^(node:)?(fs|path|crypto|zlib)$/ }, ({ path: name }) => ({ path: name, namespace: "no-node-modules" }));
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
  format: platform === "node" ? "cjs" : module ? "esm" : "iife",
  outExtension: platform === "node" ? { ".js": ".cjs" } : {},
  mainFields: ["module", "main"],
  target: platform === "node" ? "node24" : ["chrome111", "firefox113", "safari16.4"],
  minify: platform === "browser",
  charset: "utf8",
  legalComments: "none",
  alias: alias(root),
  loader: { ".wasm": "binary" },
  plugins: [
    schemaFiles, withoutStores, withoutThreads, litertRuntime, noBaseAddress,
    ...(platform === "browser" ? [noNodeModules] : []),
    ...(kernels === null ? [] : [onlyTheseKernels(kernels)]),
    ...(operations === null ? [] : [onlyTheseOperations(root, operations)]),
  ],
  logLevel: "warning",
  logOverride: { "empty-import-meta": "silent" },
});

const folders = Object.keys(metafile.inputs).map((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input)?.[0]);
console.log(JSON.stringify([...new Set(folders.filter((folder) => folder?.startsWith("node_modules/")))]));

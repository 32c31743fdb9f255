// What the bundler does for LiteRT.js: its runtime, a script that leaves its factory to whoever loads it, becomes a module that exports it.
import { readFile } from "node:fs/promises";

export const litertRuntime = {
  name: "litert-runtime",
  setup(build) {
    build.onLoad({ filter: /@litertjs[\\/]core[\\/]wasm[\\/]\w+\.js$/ }, async ({ path: file }) => ({
      contents: `${await readFile(file, "utf8")}\nexport default ModuleFactory;`,
    }));
  },
};

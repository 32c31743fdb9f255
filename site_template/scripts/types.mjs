// Writes src/shared/metadata.ts, parity.ts and predictions.ts from the bundle's JSON Schemas; `--check` only says whether they are fresh.
import { readFile, writeFile } from "node:fs/promises";
import { compileFromFile } from "json-schema-to-typescript";

const check = process.argv.includes("--check");
for (const name of ["metadata", "parity", "predictions"]) {
  const schema = new URL(`../../build/plainfilm/${name}.schema.json`, import.meta.url);
  const target = new URL(`../src/shared/${name}.ts`, import.meta.url);
  const text = await compileFromFile(schema.pathname, {
    bannerComment: `// Generated from build/plainfilm/${name}.schema.json by \`npm run types\`; do not edit.`,
    style: { printWidth: 120 },
    additionalProperties: false,
    ignoreMinAndMaxItems: true,
  });
  if (!check) await writeFile(target, text);
  else if ((await readFile(target, "utf8").catch(() => "")) !== text) {
    console.error(`src/shared/${name}.ts is stale: npm run types`);
    process.exitCode = 1;
  }
}

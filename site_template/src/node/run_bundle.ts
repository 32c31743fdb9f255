// Runs a bundle over raw input in Node, on the same engine as the page: node run_bundle.cjs BUNDLE INPUTS COUNT OUTPUTS BACKEND BINARIES
//
// INPUTS is little-endian float32 [COUNT, height, width, channels]; OUTPUTS becomes one JSON object of nested lists, and
// `milliseconds`, what one film alone takes.

import { readFile, writeFile } from "node:fs/promises";
import { OUTPUTS, type Engine, type Output, type Values } from "../engine/engine.ts";
import type { Backend } from "../shared/backend.ts";
import { loadEngine } from "./load_engine.ts";
import { runProgram } from "./program.ts";

const BATCH = 16;
const TIMED = 20;
type Nested = number | Nested[];

async function main(): Promise<void> {
  const [bundlePath, inputsPath, count, outputsPath, backend, binaries] = process.argv.slice(2) as [
    string, string, string, string, Backend, string,
  ];
  const { bundle, engine } = await loadEngine(bundlePath, binaries, backend);
  const { height, width, channels } = bundle.metadata.image_converter;
  const size = height * width * channels;
  const bytes = Uint8Array.from(await readFile(inputsPath));
  const films = Number(count);
  if (bytes.length !== films * size * 4) {
    throw new Error(`${inputsPath} has ${bytes.length} bytes; ${films} films of ${height}x${width}x${channels} have ${films * size * 4}`);
  }
  const inputs = new Float32Array(bytes.buffer);
  const names = OUTPUTS.filter((name) => engine.has(name));
  const rows = new Map<Output, Nested[]>(names.map((name) => [name, []]));
  for (let first = 0; first < films; first += BATCH) {
    const taken = Math.min(BATCH, films - first);
    const values = await engine.run(inputs.subarray(first * size, (first + taken) * size), taken, names);
    for (const [name, value] of values) rows.get(name)!.push(...nested(value));
  }
  const result: Record<string, unknown> = { backend };
  for (const name of OUTPUTS) result[name] = rows.get(name) ?? null;
  result["milliseconds"] = await millisecondsOf(engine, inputs.subarray(0, size));
  await writeFile(outputsPath, JSON.stringify(result));
}

/** The fastest of a few readings of one film, with what the page asks for at once: all but the heat map. */
async function millisecondsOf(engine: Engine, film: Float32Array): Promise<number> {
  const names = OUTPUTS.filter((name) => !name.startsWith("heatmap") && engine.has(name));
  let fastest = Infinity;
  for (let repeat = 0; repeat < TIMED; repeat++) {
    const started = performance.now();
    await engine.run(film, 1, names);
    fastest = Math.min(fastest, performance.now() - started);
  }
  return fastest;
}

/** Flat values as nested lists, one entry for each film. */
function nested({ data, shape }: Values): Nested[] {
  const [first, ...rest] = shape as [number, ...number[]];
  const step = data.length / first;
  return Array.from({ length: first }, (_, index) => {
    const part = data.subarray(index * step, (index + 1) * step);
    return rest.length === 0 ? part[0]! : nested({ data: part, shape: rest });
  });
}

runProgram(main);

// Milliseconds of processor time that one film takes a bundle in the page's engine: node calibrate.cjs BUNDLE BINARIES
//
// Processor time, not the clock's: it is the same, nearly, while others use the machine.

import { loadEngine } from "../../site_template/src/node/load_engine.ts";
import { runProgram } from "../../site_template/src/node/program.ts";

const GROUPS = 12;
const FILMS_IN_A_GROUP = 5;

async function main(): Promise<void> {
  const [bundlePath, binaries] = process.argv.slice(2) as [string, string];
  const { bundle, engine } = await loadEngine(bundlePath, binaries);
  const { height, width, channels } = bundle.metadata.image_converter;
  const film = new Float32Array(height * width * channels).fill(128);
  const taken: number[] = [];
  for (let group = 0; group < GROUPS; group++) {
    const before = process.cpuUsage();
    for (let index = 0; index < FILMS_IN_A_GROUP; index++) await engine.run(film, 1, ["logit", "probability"]);
    const { user, system } = process.cpuUsage(before);
    taken.push((user + system) / 1000 / FILMS_IN_A_GROUP);
  }
  console.log(Math.min(...taken));
}

runProgram(main);

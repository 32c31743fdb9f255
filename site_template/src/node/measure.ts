// Measures as the page's measuring worker does, in Node: node measure.cjs REQUESTS.json
//
// REQUESTS.json: a list of calls, each with its name and input (measure/types.ts). The standard output: the list of answers; bytes in base64.

import { readFile } from "node:fs/promises";
import { handlers } from "../measure/handlers.ts";
import type { MeasureCalls } from "../measure/types.ts";
import { runProgram } from "./program.ts";

type Request = { [Name in keyof MeasureCalls]: { readonly call: Name; readonly input: MeasureCalls[Name]["input"] } }[keyof MeasureCalls];

function answer({ call, input }: Request): unknown {
  const found = (handlers[call] as (input: unknown) => unknown)(input);
  return found instanceof Uint8Array ? Buffer.from(found).toString("base64") : found;
}

async function main(): Promise<void> {
  const requests = JSON.parse(await readFile(process.argv[2]!, "utf8")) as Request[];
  process.stdout.write(JSON.stringify(requests.map(answer)));
}

runProgram(main);

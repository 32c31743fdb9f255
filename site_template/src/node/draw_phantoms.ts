// Draws the phantoms that a site offers to try, in Node: node draw_phantoms.cjs PHANTOMS
//
// PHANTOMS: JSON, a list of {seed, ill, title}. The standard output: JSON, their PNG files in base64. Each says in its metadata what it is.

import { crc32, deflateSync } from "node:zlib";
import { drawPhantom, type Phantom } from "../phantom/draw.ts";
import { runProgram } from "./program.ts";

interface Wanted {
  readonly seed: number;
  readonly ill: boolean;
  readonly title: string;
}

async function main(): Promise<void> {
  const wanted = JSON.parse(process.argv[2]!) as Wanted[];
  process.stdout.write(JSON.stringify(wanted.map(({ seed, ill, title }) => pngOf(drawPhantom(seed, ill), title).toString("base64"))));
}

/** Grey, 8 bits; its title is Latin-1. */
function pngOf({ width, height, levels }: Phantom, title: string): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const rows = Buffer.alloc(height * (width + 1));
  for (let row = 0; row < height; row += 1) {
    rows[row * (width + 1)] = 1; // each pixel as its difference from the one to the left
    for (let column = 0; column < width; column += 1) {
      const at = row * width + column;
      rows[row * (width + 1) + 1 + column] = levels[at]! - (column === 0 ? 0 : levels[at - 1]!);
    }
  }
  const parts = [chunk("IHDR", header), chunk("tEXt", Buffer.from(`Title\0${title}`, "latin1")), chunk("IDAT", deflateSync(rows, { level: 9 })), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), ...parts]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(4);
  frame.writeUInt32BE(data.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([frame, body, checksum]);
}

runProgram(main);

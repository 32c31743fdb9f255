import assert from "node:assert/strict";
import { test } from "node:test";
import { zipSync } from "fflate";
import type { Unpacked, Unzipped } from "../../shared/formats.ts";
import { unzip } from "./unzip.ts";

const FILM = new Uint8Array(5000).fill(7);

async function unpacked(archive: Uint8Array, room?: number): Promise<{ unzipped: Unzipped; files: Map<string, Unpacked> }> {
  const files = new Map<string, Unpacked>();
  const unzipped = await unzip(new AbortController().signal, Uint8Array.from(archive), (name, file) => files.set(name, file), room);
  return { unzipped, files };
}

/** The archive with a central directory that lies about the unpacked size of its first file. */
function lying(archive: Uint8Array, size: number): Uint8Array {
  const changed = Uint8Array.from(archive);
  const at = changed.findIndex((byte, index) => byte === 0x50 && changed[index + 1] === 0x4b && changed[index + 2] === 1 && changed[index + 3] === 2);
  new DataView(changed.buffer).setUint32(at + 24, size, true);
  return changed;
}

test("films come out as they went in, the rest is counted", async () => {
  const { unzipped, files } = await unpacked(zipSync({ "a/b.dcm": FILM, "c.txt": FILM, "IM1": [FILM, { level: 0 }] }));
  assert.deepEqual([...files], [["a/b.dcm", FILM], ["IM1", FILM]]);
  assert.deepEqual(unzipped, { leftOut: 1, reason: null });
});

test("what unpacks to more than there is room for ends the archive, and keeps what came before", async () => {
  const { unzipped, files } = await unpacked(zipSync({ "a.dcm": FILM, "bomb.dcm": new Uint8Array(1 << 20), "c.dcm": FILM }), 9000);
  assert.deepEqual([...files.keys()], ["a.dcm"]);
  assert.equal(unzipped.reason, "archive-too-large");
});

test("an archive that lies about its sizes is counted all the same", async () => {
  const { unzipped, files } = await unpacked(lying(zipSync({ "bomb.dcm": new Uint8Array(1 << 20) }), 10), 9000);
  assert.ok(unzipped.reason === "archive-too-large" || files.get("bomb.dcm") === "unreadable");
});

test("nonsense is no archive", async () => {
  assert.equal((await unpacked(FILM)).unzipped.reason, "broken-archive");
});

test("whoever wants no more gets no more", async () => {
  const controller = new AbortController();
  const names: string[] = [];
  const unzipped = await unzip(controller.signal, Uint8Array.from(zipSync({ "a.dcm": FILM, "b.dcm": FILM, "c.dcm": FILM })), (name) => {
    names.push(name);
    if (name === "b.dcm") controller.abort();
  });
  assert.deepEqual(names, ["a.dcm", "b.dcm"]);
  assert.equal(unzipped.reason, null);
});

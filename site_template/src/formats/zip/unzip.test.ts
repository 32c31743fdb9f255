import assert from "node:assert/strict";
import { test } from "node:test";
import { zipSync } from "fflate";
import type { Unpacked, Unzipped } from "../../shared/formats.ts";
import { unzip } from "./unzip.ts";

const FILM = new Uint8Array(5000).fill(7);

async function unpacked(archive: Uint8Array, room?: number): Promise<{ unzipped: Unzipped; files: Map<string, Unpacked> }> {
  const files = new Map<string, Unpacked>();
  const unzipped = await unzip(new AbortController().signal, Uint8Array.from(archive), (name, file) => files.set(name, file), { ...(room !== undefined && { room }) });
  return { unzipped, files };
}

/** The archive with a central directory that lies about the unpacked size of its first file. */
function lying(archive: Uint8Array, size: number): Uint8Array {
  const changed = Uint8Array.from(archive);
  const at = changed.findIndex((byte, index) => byte === 0x50 && changed[index + 1] === 0x4b && changed[index + 2] === 1 && changed[index + 3] === 2);
  new DataView(changed.buffer).setUint32(at + 24, size, true);
  return changed;
}

/** The archive in which a file is said to be packed by another method. */
function packedBy(archive: Uint8Array, index: number, method: number): Uint8Array {
  const changed = Uint8Array.from(archive);
  const view = new DataView(changed.buffer);
  for (const [signature, offset] of [[0x04034b50, 8], [0x02014b50, 10]] as const) {
    let seen = -1;
    for (let at = 0; at + 4 <= changed.length; at += 1) {
      if (view.getUint32(at, true) === signature && (seen += 1) === index) view.setUint16(at + offset, method, true);
    }
  }
  return changed;
}

test("films come out as they went in, the rest is named", async () => {
  const { unzipped, files } = await unpacked(zipSync({ "a/b.dcm": FILM, "c.txt": FILM, "IM1": [FILM, { level: 0 }] }));
  assert.deepEqual([...files], [["a/b.dcm", FILM], ["IM1", FILM]]);
  assert.deepEqual(unzipped, { leftOut: [{ name: "c.txt", kind: "not-a-film" }], reason: null });
});

test("DICOM under any name is known by its beginning, and what systems leave behind is not looked at", async () => {
  const film = Uint8Array.from([...new Uint8Array(128), ...new TextEncoder().encode("DICM"), ...FILM]);
  const names = ["a.odd", "b.film.1a", "c.bin"];
  const archive = zipSync({ ...Object.fromEntries(names.map((name, index) => [name, [film, { level: index === 0 ? 0 : 6 }]])), "d.bin": FILM, "__MACOSX/e.odd": film, "f.txt": new Uint8Array() });
  const { unzipped, files } = await unpacked(archive);
  assert.deepEqual([...files], names.map((name) => [name, film]));
  assert.deepEqual(unzipped, { leftOut: ["d.bin", "__MACOSX/e.odd", "f.txt"].map((name) => ({ name, kind: "not-a-film" })), reason: null });
});

test("a ZIP of nothing, of folders or of no films says so", async () => {
  const empty = Uint8Array.from([0x50, 0x4b, 5, 6, ...new Array<number>(18).fill(0)]);
  for (const archive of [empty, zipSync({ "a/": new Uint8Array(), "b/c/": new Uint8Array() }), zipSync({ "notes.txt": FILM })]) {
    assert.equal((await unpacked(archive)).unzipped.reason, "empty-archive");
  }
});

test("a file that is packed in another way than browsers know is named, and its neighbours are unpacked", async () => {
  for (const method of [9, 12, 14, 93, 95, 99]) {
    const { unzipped, files } = await unpacked(packedBy(zipSync({ "a.dcm": FILM, "b.dcm": FILM, "c.dcm": FILM }), 1, method));
    assert.deepEqual([...files], [["a.dcm", FILM], ["b.dcm", "unknown-packing"], ["c.dcm", FILM]], `${method}`);
    assert.equal(unzipped.reason, null);
  }
});

test("a name that leads out of the archive is a name like others", async () => {
  const { unzipped, files } = await unpacked(zipSync({ "../../a.dcm": FILM, "/b.dcm": FILM, "c\\..\\d.dcm": FILM, "e.dcm": FILM }));
  assert.deepEqual([...files.values()], [FILM, FILM, FILM, FILM]);
  assert.deepEqual(unzipped, { leftOut: [], reason: null });
});

test("what unpacks to more than there is room for ends the archive, and keeps what came before", async () => {
  const { unzipped, files } = await unpacked(zipSync({ "a.dcm": FILM, "bomb.dcm": new Uint8Array(1 << 20), "c.dcm": FILM }), 9000);
  assert.deepEqual([...files.keys()], ["a.dcm"]);
  assert.equal(unzipped.reason, "archive-too-large");
});

test("files in one another's place are read once", async () => {
  const archive = zipSync({ "a.dcm": FILM, "b.dcm": FILM.map((byte) => byte + 1) });
  const view = new DataView(archive.buffer);
  const entries = [...archive.keys()].filter((at) => at + 4 <= archive.length && view.getUint32(at, true) === 0x02014b50);
  view.setUint32(entries[1]! + 42, view.getUint32(entries[0]! + 42, true), true);
  for (const field of [16, 20]) view.setUint32(entries[1]! + field, view.getUint32(entries[0]! + field, true), true);
  const { files } = await unpacked(archive);
  assert.deepEqual([...files], [["a.dcm", FILM], ["b.dcm", "unreadable"]]);
});

test("an archive that lies about its sizes is counted all the same", async () => {
  const { unzipped, files } = await unpacked(lying(zipSync({ "bomb.dcm": new Uint8Array(1 << 20) }), 10), 9000);
  assert.ok(unzipped.reason === "archive-too-large" || files.get("bomb.dcm") === "unreadable");
});

test("an archive that counts fewer files than it has is broken, and gives those that it counts", async () => {
  const archive = zipSync({ "a.dcm": FILM, "b.dcm": FILM, "c.dcm": FILM });
  const view = new DataView(archive.buffer);
  for (const count of [1, 2]) {
    for (const offset of [8, 10]) view.setUint16(archive.length - 22 + offset, count, true);
    const { unzipped, files } = await unpacked(archive);
    assert.deepEqual([[...files.keys()], unzipped.reason], [["a.dcm", "b.dcm"].slice(0, count), "broken-archive"]);
  }
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

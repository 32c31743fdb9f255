import assert from "node:assert/strict";
import { test } from "node:test";
import { beginsAsFilm, mayBeFilm } from "./film_names.ts";

test("pictures, and files named as DICOM writers name them, may be films", () => {
  for (const path of ["a.JPEG", "x/b.dcm", "IM000001", "cd/1.2.840.113619.2", "nested.zip", "tiff/c.tif", "E1S1I1.MR", "CHEST.img", "film.dc3", "film.DCM30", "DOE.JOHN^CR", "../../a.dcm", "./b.dcm", "..\\..\\c.png", "CD.1\\IM000001"]) {
    assert.ok(mayBeFilm(path), path);
  }
});

test("DICOM is known by its beginning under any name but those of litter", () => {
  const head = new Uint8Array(132);
  head.set(new TextEncoder().encode("DICM"), 128);
  assert.ok(beginsAsFilm("x/film.odd", head));
  assert.ok(!beginsAsFilm("__MACOSX/film.odd", head));
  assert.ok(!beginsAsFilm("cd/DICOMDIR", head));
  assert.ok(!beginsAsFilm("x/film.odd", new Uint8Array(132)));
});

test("what systems leave behind and what is plainly something else is left out", () => {
  for (const path of ["a/.DS_Store", "__MACOSX/a.jpeg", "cd/DICOMDIR", "Thumbs.db", "notes.txt", "viewer.exe", ".git/objects/0a", "cd\\DICOMDIR", "a\\.DS_Store", "__MACOSX\\a.png"]) {
    assert.ok(!mayBeFilm(path), path);
  }
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { mayBeFilm } from "./film_names.ts";

test("pictures, and files named as DICOM writers name them, may be films", () => {
  for (const path of ["a.JPEG", "x/b.dcm", "IM000001", "cd/1.2.840.113619.2", "nested.zip", "tiff/c.tif", "E1S1I1.MR", "CHEST.img", "film.dc3", "film.DCM30", "DOE.JOHN^CR"]) {
    assert.ok(mayBeFilm(path), path);
  }
});

test("what systems leave behind and what is plainly something else is left out", () => {
  for (const path of ["a/.DS_Store", "__MACOSX/a.jpeg", "cd/DICOMDIR", "Thumbs.db", "notes.txt", "viewer.exe", ".git/objects/0a"]) {
    assert.ok(!mayBeFilm(path), path);
  }
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { KeptPictures } from "./kept_pictures.ts";

test("the latest pictures are kept, and as many as a phone has memory for", () => {
  const pictures = new KeptPictures(1);
  const films = Array.from({ length: 2000 }, (_, number) => ({ number }));
  const shown = { picture: new Blob(), isGrey: true, longest: 3000 };
  for (const film of films) pictures.keep(film, shown);
  assert.equal(pictures.of(films[1999]!), shown);
  assert.equal(films.filter((film) => pictures.of(film) !== null).length, 300);
  pictures.forget(films[1999]!);
  assert.equal(pictures.of(films[1999]!), null);
});

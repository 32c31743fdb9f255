import assert from "node:assert/strict";
import { test } from "node:test";
import type { BundleMetadata } from "../shared/metadata.ts";
import { isNeededFirst, shortPictures } from "./short.ts";

function bundle(colour: "grey" | "rgb", ...paths: [string, number][]): Pick<BundleMetadata, "files" | "image_converter"> {
  const files = paths.map(([path, bytes]) => ({ path, bytes, sha256: "" }));
  return { files, image_converter: { colour } as BundleMetadata["image_converter"] };
}

const PICTURES: [string, number][] = [
  ["model.json", 5], ["parity/grey.jpeg", 30], ["parity/colour.jpeg", 20], ["parity/grey.png", 25], ["parity/tall.png", 60],
  ["parity/colours.jpeg", 90], ["parity/colours.png", 80], ["parity/grey.png.u16", 1], ["predictions.json", 9],
];

test("the smallest picture of either kind is enough for a visitor, and colours for a network that takes them", () => {
  assert.deepEqual(shortPictures(bundle("grey", ...PICTURES)), { exact: "parity/grey.png", near: "parity/colour.jpeg" });
  assert.deepEqual(shortPictures(bundle("rgb", ...PICTURES)), { exact: "parity/colours.png", near: "parity/colours.jpeg" });
  assert.deepEqual(shortPictures(bundle("grey", ["parity/0.png", 4])), { exact: "parity/0.png", near: null });
});

test("what a page needs before it reads is the network, what speaks of it, and these pictures", () => {
  const short = shortPictures(bundle("grey", ...PICTURES));
  assert.deepEqual(
    PICTURES.map(([path]) => path).filter((path) => isNeededFirst(path, short)),
    ["model.json", "parity/colour.jpeg", "parity/grey.png"],
  );
  assert.ok(isNeededFirst("parity.json", short) && isNeededFirst("group1-shard1of1.bin", short));
});

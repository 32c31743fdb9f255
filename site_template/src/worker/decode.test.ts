import assert from "node:assert/strict";
import { test } from "node:test";
import { decode } from "./decode.ts";

Object.assign(globalThis, { ImageBitmap: class {} }); // which browsers have, and Node has not

const letters = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));
const [WIDTH, HEIGHT] = [9000, 11_000];
const LITTLE = [WIDTH & 255, WIDTH >> 8];
const FILES: Readonly<Record<string, number[]>> = {
  "a progressive JPEG": [
    0xff, 0xd8, 0xff, 0xc2, 0, 11, 8, HEIGHT >> 8, HEIGHT & 255, WIDTH >> 8, WIDTH & 255, 1, 1, 0x11, 0,
    0xff, 0xda, 0, 8, 1, 1, 0, 0, 0, 0, 0x12, 0xff, 0xd9,
  ],
  "a PNG": [
    0x89, ...letters("PNG\r\n\x1a\n"), 0, 0, 0, 13, ...letters("IHDR"), 0, 0, WIDTH >> 8, WIDTH & 255, 0, 0, HEIGHT >> 8, HEIGHT & 255, 8, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, ...letters("IEND"), 0, 0, 0, 0,
  ],
  "a WebP": [
    ...letters("RIFF"), 0, 0, 0, 0, ...letters("WEBPVP8X"), 10, 0, 0, 0, 0, 0, 0, 0, (WIDTH - 1) & 255, (WIDTH - 1) >> 8, 0, (HEIGHT - 1) & 255, (HEIGHT - 1) >> 8, 0,
  ],
  "a GIF": [...letters("GIF89a"), ...LITTLE, HEIGHT & 255, HEIGHT >> 8],
  "a BMP": [...letters("BM"), ...new Array<number>(12).fill(0), 40, 0, 0, 0, ...LITTLE, 0, 0, HEIGHT & 255, HEIGHT >> 8, 0, 0],
};

for (const [what, bytes] of Object.entries(FILES)) {
  test(`the pixels of ${what} are told before it is decoded`, async () => {
    const came: unknown[] = [];
    const toBitmap = (): Promise<never> => {
      came.push("decoder");
      return Promise.reject(new Error("it is only a header"));
    };
    await decode(Uint8Array.from(bytes), toBitmap, false, (pixels) => came.push(pixels)).catch(() => {});
    assert.deepEqual(came, [WIDTH * HEIGHT, "decoder"]);
  });
}

// WebP: left to the browser.

import { stands, type Format } from "../format.ts";

export const webp: Format = {
  type: "image/webp",
  endings: ["webp"],
  opens: ["webp"],
  begins: (head) => stands(head, "RIFF") && stands(head, "WEBP", 8),
};

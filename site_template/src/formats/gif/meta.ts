// GIF: left to the browser.

import { stands, type Format } from "../format.ts";

export const gif: Format = { type: "image/gif", endings: ["gif"], opens: [], begins: (head) => stands(head, "GIF8") };

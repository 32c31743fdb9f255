// BMP: left to the browser.

import { stands, type Format } from "../format.ts";

export const bmp: Format = { type: "image/bmp", endings: ["bmp"], opens: ["bmp"], begins: (head) => stands(head, "BM") };

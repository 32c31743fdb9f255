// BMP: left to the browser.

import { checkSize } from "../../image/size.ts";
import { stands, viewOf, type Format } from "../format.ts";

/** Of the oldest header, whose sides take 16 bits. */
const CORE_HEADER = 12;

export const bmp: Format = {
  type: "image/bmp",
  endings: ["bmp"],
  opens: ["bmp"],
  begins: (head) => stands(head, "BM"),
  check(bytes) {
    if (bytes.length < 26) return 0;
    const view = viewOf(bytes);
    if (view.getUint32(14, true) === CORE_HEADER) return checkSize(view.getUint16(18, true), view.getUint16(20, true));
    // A negative height: its rows come from the top.
    return checkSize(Math.abs(view.getInt32(18, true)), Math.abs(view.getInt32(22, true)));
  },
};

// GIF: left to the browser.

import { checkSize } from "../../image/size.ts";
import { stands, viewOf, type Format } from "../format.ts";

export const gif: Format = {
  type: "image/gif",
  endings: ["gif"],
  opens: [],
  begins: (head) => stands(head, "GIF8"),
  check(bytes) {
    return bytes.length < 10 ? 0 : checkSize(viewOf(bytes).getUint16(6, true), viewOf(bytes).getUint16(8, true));
  },
};

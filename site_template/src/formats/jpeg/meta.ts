// JPEG: the browser's.

import { checkSize } from "../../image/size.ts";
import { ReadingError } from "../../shared/reading.ts";
import { stands, viewOf, type Format } from "../format.ts";

export const jpeg: Format = {
  type: "image/jpeg",
  endings: ["jpg", "jpeg", "jfif"],
  opens: ["jpg", "jpeg"],
  begins: (head) => stands(head, [0xff, 0xd8, 0xff]),
  check(bytes) {
    const view = viewOf(bytes);
    const cut = new ReadingError("unreadable", "the JPEG file is cut short");
    let at = 2;
    for (;;) {
      // Entropy-coded data lies between segments: skip to a marker that is neither a stuffed FF 00, a restart nor a fill byte.
      while (at + 1 < view.byteLength && !isMarker(view, at)) at += 1;
      if (at + 1 >= view.byteLength) throw cut;
      const marker = view.getUint8(at + 1);
      if (marker === 0xd9) return;
      if (at + 4 > view.byteLength) throw cut;
      const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
      if (isFrame && at + 9 <= view.byteLength) checkSize(view.getUint16(at + 7), view.getUint16(at + 5));
      at += 2 + view.getUint16(at + 2);
    }
  },
};

function isMarker(view: DataView, at: number): boolean {
  if (view.getUint8(at) !== 0xff) return false;
  const code = view.getUint8(at + 1);
  return code !== 0x00 && code !== 0xff && !(code >= 0xd0 && code <= 0xd7);
}

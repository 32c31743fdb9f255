// Whether a picture is in colour: a small copy of it is looked at, unless its file's beginning says that it is grey.

import { formatOf } from "../../formats/known.ts";
import { beginning } from "../formats_worker.ts";

/** Of a file's beginning: a JPEG's EXIF comes before what says of how many colours it is. */
const BEGINNING = 1 << 16;
const SIDE = 24;
/** Levels between the channels of a pixel; a scan's paper is a little yellow. */
const LEAST = 32;
/** Share of pixels: a marker in colour on a film is fewer. */
const SHARE = 0.1;

/** False of what the browser cannot show. It reads, decodes and shrinks the picture beside the page's own work. */
export async function isInColour(picture: Blob): Promise<boolean> {
  let small: ImageBitmap;
  try {
    const head = await beginning(picture, BEGINNING);
    if (head === null || formatOf(head)?.grey?.(head)) return false;
    small = await createImageBitmap(picture, { resizeWidth: SIDE, resizeHeight: SIDE });
  } catch {
    return false;
  }
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) return false;
  try {
    context.drawImage(small, 0, 0);
    const { data } = context.getImageData(0, 0, SIDE, SIDE);
    let coloured = 0;
    for (let at = 0; at < data.length; at += 4) {
      const [red, green, blue] = [data[at]!, data[at + 1]!, data[at + 2]!];
      if (Math.max(red, green, blue) - Math.min(red, green, blue) >= LEAST) coloured += 1;
    }
    return coloured > SHARE * SIDE * SIDE;
  } catch {
    return false; // a browser that lets no page look at its canvas
  } finally {
    small.close();
  }
}

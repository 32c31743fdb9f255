// A picture of which a part is missing or was changed, though a decoder would show it.

import { ReadingError } from "../shared/reading.ts";

export function torn(detail: string): ReadingError {
  return new ReadingError("damaged", detail);
}

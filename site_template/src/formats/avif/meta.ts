// AVIF and the rest of the ISO family (HEIC): left to the browser, which decodes them or says that it cannot.

import { stands, type Format } from "../format.ts";

export const avif: Format = { type: "image/avif", endings: ["avif", "heic"], opens: [], begins: (head) => stands(head, "ftyp", 4) };

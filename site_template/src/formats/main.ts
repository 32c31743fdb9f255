// The formats worker: opens what browsers cannot show exactly. The page starts it when the first such file arrives.

import { preview } from "../image/preview.ts";
import { shownFilm } from "../image/shown.ts";
import { buffersOf } from "../shared/film.ts";
import type { FormatsCalls } from "../shared/formats.ts";
import { HERE, Remote, Transferred, type Port } from "../shared/remote.ts";
import { XLSX_TYPE, xlsxOf } from "../shared/xlsx.ts";
import { sorted } from "./dicom/sort.ts";
import { openFilm, scaleOfFile } from "./open.ts";
import { unzip } from "./zip/unzip.ts";

new Remote<Record<never, never>, FormatsCalls>(globalThis as unknown as Port, {
  async open({ bytes, side, inColour, ...wanted }, { report }) {
    const opened = await openFilm(bytes, { ...wanted, inColour: inColour || side !== null, onSize: report });
    const shown = side === null ? null : await shownFilm(opened, side).catch(() => null); // the film can be read without
    const film = { ...opened, shown, ...(!inColour && { planes: null }) };
    return new Transferred(film, buffersOf(film));
  },
  preview: async ({ bytes, window }, { report }) => preview(await openFilm(bytes, { window, inColour: true, onSize: report })),
  scale: ({ bytes }, { report }) => scaleOfFile(bytes, report),
  workbook: (sheets) => new Blob([xlsxOf(sheets)], { type: XLSX_TYPE }),
  sort: ({ files, rules }) => files.map(({ head, isWhole }) => sorted(head, rules, isWhole)),
  unzip: ({ archive, rules }, { signal, report }) =>
    unzip(signal, archive, (name, unpacked, study) => report({ name, unpacked, study }, typeof unpacked === "string" ? [] : [unpacked.buffer]), { rules }),
});

postMessage(HERE);

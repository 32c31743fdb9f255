// The formats worker: opens what browsers cannot show exactly. The page starts it when the first such file arrives.

import { preview } from "../image/preview.ts";
import type { FormatsCalls } from "../shared/formats.ts";
import { Remote, Transferred, type Port } from "../shared/remote.ts";
import { openFilm } from "./open.ts";
import { unzip } from "./zip/unzip.ts";

new Remote<Record<never, never>, FormatsCalls>(globalThis as unknown as Port, {
  async open({ bytes, rules }) {
    const film = await openFilm(bytes, { rules });
    return new Transferred(film, [film.levels.buffer]);
  },
  preview: async ({ bytes, window }) => preview(await openFilm(bytes, { window })),
  unzip: (archive, { signal, report }) =>
    unzip(signal, archive, (name, unpacked) => report({ name, unpacked }, typeof unpacked === "string" ? [] : [unpacked.buffer])),
});

// plainfilm.js: reads films on other people's pages, by the element <plainfilm-reader> or by a call. plainfilm.d.ts has its types.

import type { Plainfilm } from "../page/api.ts";
import { PlainfilmReader } from "./element.ts";
import { Session } from "./session.ts";

export { PlainfilmReader };

/** Loads a model, and gives what reads with it; rejects when nothing can be read here. */
export async function open({ model = null, language = null }: { model?: string | null; language?: string | null } = {}): Promise<Plainfilm & { close(): void }> {
  const session = await Session.prepare({ model, languages: language === null ? [] : [language] });
  session.start();
  try {
    await session.reader.ready;
  } catch (error) {
    session.end();
    throw error;
  }
  const { version, classify } = session.api;
  return { version, ready: session.api.ready, classify, close: () => session.end() };
}

if (customElements.get("plainfilm-reader") === undefined) customElements.define("plainfilm-reader", PlainfilmReader);

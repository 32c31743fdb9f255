// Fails to compile where plainfilm.d.ts, which is written by hand, says something else than the code.

import type { Reading } from "../shared/decide.ts";
import type * as Code from "./main.ts";
import type * as Declared from "./plainfilm.d.ts";

type Agree<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;

export type Agreed = [
  Agree<Reading, Declared.Reading>,
  Agree<keyof Reading, keyof Declared.Reading>,
  Agree<typeof Code.open, typeof Declared.open>,
  Agree<Code.PlainfilmReader["classify"], Declared.PlainfilmReader["classify"]>,
  Agree<Code.PlainfilmReader["read"], Declared.PlainfilmReader["read"]>,
  Agree<Code.PlainfilmReader["ready"], Declared.PlainfilmReader["ready"]>,
];
export const AGREED: Agreed = [true, true, true, true, true, true];

// The measuring worker: statistics over labelled films and what is saved of them. The page starts it when the first is asked for.

import { HERE, Remote, Transferred, type Port } from "../shared/remote.ts";
import { handlers } from "./handlers.ts";
import type { MeasureCalls } from "./types.ts";

new Remote<Record<never, never>, MeasureCalls>(globalThis as unknown as Port, {
  ...handlers,
  xlsx: (input) => {
    const bytes = handlers.xlsx(input);
    return new Transferred(bytes, [bytes.buffer]);
  },
});

postMessage(HERE);

// The page's second script, of what not every visit wants: loaded when it is wanted (load.ts), it hands over functions that begin it.

import { workbookOf } from "../exports/workbook.ts";
import { View } from "../measure/view.ts";
import { Explorer } from "../threshold_explorer/explorer.ts";
import { worklist } from "../worklist/worklist.ts";
import { LOADED, type Later } from "./load.ts";

const later: Later = {
  measured: (context) => new View(context),
  worklist,
  workbookOf,
  explorer: (site, chosen, words, request) => new Explorer(site, chosen, words, request),
};
dispatchEvent(new CustomEvent(LOADED, { detail: later }));

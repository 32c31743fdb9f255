// The page's second script, of what not every visit wants: loaded when it is wanted (load.ts), it hands over functions that begin it.

import { diagnosticsHere } from "../exports/diagnostics.ts";
import { exporter } from "../exports/files.ts";
import { drawHeat } from "../heatmap.ts";
import { arrange, KEYS, sorted } from "../list/order.ts";
import { StudyHeads } from "../list/study_heads.ts";
import { UndoLine } from "../list/undo.ts";
import { MeasureOffer } from "../measure/offer.ts";
import { second } from "../second_engine.ts";
import { Explorer } from "../threshold_explorer/explorer.ts";
import { turnedBack } from "../turned_back.ts";
import { turnedPicture } from "../turned_picture.ts";
import { worklist } from "../worklist/worklist.ts";
import { LOADED, type Later } from "./load.ts";

const later: Later = {
  measureOffer: (context) => new MeasureOffer(context),
  worklist,
  undoLine: (onLapse) => new UndoLine(onLapse),
  studyHeads: (list, words) => new StudyHeads(list, words),
  sorted,
  KEYS,
  arrange,
  turnedBack,
  turnedPicture,
  second,
  diagnosticsHere,
  exporter,
  drawHeat,
  explorer: (site, chosen, words, request) => new Explorer(site, chosen, words, request),
};
dispatchEvent(new CustomEvent(LOADED, { detail: later }));

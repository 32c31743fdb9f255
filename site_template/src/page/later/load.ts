// Loads the page's second script when something of it is wanted: by its address with its hash, or out of the page itself.

import { bytesOfBase64 } from "../../shared/bytes.ts";
import type { BundlePredictions } from "../../shared/predictions.ts";
import type { Site } from "../../shared/site.ts";
import type { ChosenModel } from "../chosen_model.ts";
import type { diagnosticsHere } from "../exports/diagnostics.ts";
import type { Export, ExportContext } from "../exports/panel.ts";
import type { drawHeat } from "../heatmap.ts";
import type { DeskContext, Worklist } from "../list/desk.ts";
import type { FilmList } from "../list/film_list.ts";
import type { arrange, KEYS, sorted } from "../list/order.ts";
import type { StudyHeads } from "../list/study_heads.ts";
import type { UndoLine } from "../list/undo.ts";
import type { second } from "../second_engine.ts";
import type { MeasureContext, Offer } from "../measure/context.ts";
import type { turnedBack } from "../turned_back.ts";
import type { turnedPicture } from "../turned_picture.ts";
import type { Words } from "../words.ts";

/** What is in it. */
export interface Later {
  measureOffer(context: Omit<MeasureContext, "place" | "onClose">): Offer;
  worklist(context: DeskContext): Worklist;
  readonly drawHeat: typeof drawHeat;
  undoLine(onLapse: () => void): UndoLine;
  studyHeads(list: FilmList, words: Words): StudyHeads;
  readonly sorted: typeof sorted;
  readonly KEYS: typeof KEYS;
  readonly arrange: typeof arrange;
  readonly turnedBack: typeof turnedBack;
  readonly turnedPicture: typeof turnedPicture;
  readonly second: typeof second;
  readonly diagnosticsHere: typeof diagnosticsHere;
  exporter(context: ExportContext): Export;
  explorer(site: Site, chosen: ChosenModel, words: Words, request: () => Promise<BundlePredictions | null>): { retry(): void };
}

/** What it dispatches when it has run. */
export const LOADED = "plainfilm-later";

const SIGNS = ["pointermove", "pointerdown", "keydown", "dragenter"] as const;

/** Does something at the first sign that somebody uses the page: before a film comes, so that nothing is asked of the network while one is read. */
export function atFirstUse(prepare: () => Promise<unknown>): void {
  const first = new AbortController();
  const use = (): void => {
    first.abort();
    void prepare().catch(() => {}); // what is wanted of it tries anew
  };
  for (const sign of SIGNS) addEventListener(sign, use, { signal: first.signal, passive: true });
}

let loading: Promise<Later> | null = null;

/** What could not be loaded is tried anew the next time. */
export function later(site: Site): Promise<Later> {
  loading ??= load(site).catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}

function load({ later: address, sha256 }: Site): Promise<Later> {
  return new Promise((resolve, reject) => {
    addEventListener(LOADED, (event) => resolve((event as CustomEvent<Later>).detail), { once: true });
    const script = document.createElement("script");
    script.onerror = () => {
      script.remove();
      reject(new Error("not loaded"));
    };
    if (address === null) {
      // The page's policy has the hash of exactly this text.
      script.text = new TextDecoder().decode(bytesOfBase64(document.querySelector<HTMLScriptElement>("script[data-path='later.js']")!.text));
    } else {
      const digest = sha256[address]!.match(/../g)!.map((digits) => parseInt(digits, 16));
      script.integrity = `sha256-${btoa(String.fromCharCode(...digest))}`;
      script.src = address;
    }
    document.head.append(script);
  });
}

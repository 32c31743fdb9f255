// The button that shows the diagnostics block.

import type { Site } from "../../shared/site.ts";
import type { ChosenModel } from "../chosen_model.ts";
import { byId } from "../dom.ts";
import { later } from "../later/load.ts";
import type { EngineState } from "../reader.ts";
import type { Words } from "../words.ts";
import type { Recorded } from "./record.ts";
import { showText } from "./text_dialog.ts";

export class BugReport {
  #state: EngineState = { status: "loading", share: 0 };
  #readyAfter: number | null = null;
  #tensors: number | null = null;

  constructor(site: Site, chosen: ChosenModel, words: Words, films: () => readonly Recorded[]) {
    byId("diagnostics").addEventListener("click", () => {
      const around = { readyAfter: this.#readyAfter, tensors: this.#tensors };
      const [state, all] = [this.#state, films()];
      const plain = (): string => JSON.stringify({ version: site.version, model: chosen.current.sha256, state, films: all.length, ...around, browser: navigator.userAgent }, null, 1);
      // In short and without a word, where the site does not answer any more.
      const lines = later(site).then(({ diagnosticsHere }) => diagnosticsHere(site, chosen.current, state, all, around), plain);
      void lines.then((text) => showText(words.text("diagnostics"), text));
    });
  }

  onState(state: EngineState): void {
    if (state.status === "ready" && this.#state.status !== "ready") this.#readyAfter = performance.now();
    this.#state = state;
  }

  onTensors(count: number): void {
    this.#tensors = count;
  }
}

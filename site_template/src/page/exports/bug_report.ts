// The button that shows the diagnostics block.

import type { Site } from "../../shared/site.ts";
import type { ChosenModel } from "../chosen_model.ts";
import { byId } from "../dom.ts";
import { later } from "../later/load.ts";
import type { EngineState } from "../reader.ts";
import type { Words } from "../words.ts";
import type { ReadFilm } from "./diagnostics.ts";
import type { Recorded } from "./record.ts";
import { showText } from "./text_dialog.ts";

export class BugReport {
  #state: EngineState = { status: "loading", share: 0 };
  #readyAfter: number | null = null;
  #tensors: number | null = null;

  constructor(site: Site, chosen: ChosenModel, words: Words, films: () => readonly Recorded[]) {
    byId("diagnostics").addEventListener("click", () => {
      const around = { ...browser(), readyAfter: this.#readyAfter, tensors: this.#tensors };
      const [state, read] = [this.#state, films().map(shortOf)];
      const plain = (): string => JSON.stringify({ version: site.version, model: chosen.current.sha256, state, films: read, ...around }, null, 1);
      // The same without a word, where the site does not answer any more.
      const lines = later(site).then(({ diagnosticsOf }) => diagnosticsOf(site, chosen.current, state, read, around), plain);
      void lines.then((text) => showText(words.text("diagnostics"), text));
    });
  }

  onState(state: EngineState): void {
    this.#state = state;
    if (state.status === "ready") this.#readyAfter = performance.now();
  }

  onTensors(count: number): void {
    this.#tensors = count;
  }
}

function shortOf({ status, reason, decided }: Recorded): ReadFilm {
  return { status, reason, population: decided?.population ?? null, milliseconds: decided?.milliseconds ?? null };
}

function browser() {
  return {
    userAgent: navigator.userAgent,
    language: navigator.language,
    cores: navigator.hardwareConcurrency,
    screen: `${innerWidth}×${innerHeight} at ${devicePixelRatio}`,
    protocol: location.protocol,
  };
}

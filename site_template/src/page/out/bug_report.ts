// The button that shows the diagnostics block.

import type { Site } from "../../shared/site.ts";
import type { EngineState } from "../reader.ts";
import type { Words } from "../words.ts";
import { diagnosticsOf, type Surroundings } from "./diagnostics.ts";
import { recordOf, type Film } from "./record.ts";
import { showText } from "./text_dialog.ts";

export class BugReport {
  #state: EngineState = { status: "loading", share: 0 };
  #readyAfter: number | null = null;

  constructor(site: Site, words: Words, films: () => Film[]) {
    document.querySelector("#diagnostics")!.addEventListener("click", () => {
      const text = diagnosticsOf(site, this.#state, films().map(recordOf), surroundings(this.#readyAfter));
      showText(words.say("diagnostics"), text);
    });
  }

  hear(state: EngineState): void {
    this.#state = state;
    if (state.status === "ready") this.#readyAfter = performance.now();
  }
}

function surroundings(readyAfter: number | null): Surroundings {
  return {
    userAgent: navigator.userAgent,
    language: navigator.language,
    cores: navigator.hardwareConcurrency,
    screen: `${innerWidth}×${innerHeight} at ${devicePixelRatio}`,
    protocol: location.protocol,
    readyAfter,
    tensors: document.querySelector<HTMLElement>("[data-testid=engine]")!.dataset["tensors"] ?? "no",
  };
}

// The engine area: what it is doing, and what was passed over.

import type { Trial } from "../shared/protocol.ts";
import type { EngineState } from "./reader.ts";
import type { Words } from "./words.ts";

export class EngineView {
  readonly #element: HTMLElement;
  readonly #words: Words;

  constructor(element: HTMLElement, words: Words) {
    this.#element = element;
    this.#words = words;
  }

  show(state: EngineState): void {
    const progress = this.#element.querySelector("progress")!;
    const status = state.status === "checking" ? "loading" : state.status;
    this.#element.dataset["status"] = status;
    progress.hidden = status !== "loading";
    if (state.status === "loading") progress.value = state.share;
    else progress.removeAttribute("value");
    this.#element.querySelector(".engine-state")!.textContent = this.#sentence(state);
    this.#element.dataset["backend"] = state.status === "ready" ? state.backend : "";
    if (state.status === "ready" || state.status === "failed") this.#showTrials(state);
  }

  tensors(count: number): void {
    this.#element.dataset["tensors"] = String(count);
  }

  #sentence(state: EngineState): string {
    switch (state.status) {
      case "loading":
        return this.#words.text("engine-loading", { percent: Math.floor(state.share * 100) });
      case "checking":
        return this.#words.text("engine-checking");
      case "ready":
        return this.#words.text("engine-ready", { backend: this.#words.text(`backend-${state.backend}`) });
      case "failed":
        return this.#words.text("engine-failed");
    }
  }

  #showTrials(state: EngineState & { readonly trials: readonly Trial[] }): void {
    const lines = state.trials.map(({ backend, milliseconds, problem }) => {
      const name = this.#words.text(`backend-${backend}`);
      if (problem !== null) return this.#words.text("trial-passed-over", { backend: name, problem });
      if (milliseconds === null) return this.#words.text("trial-not-needed", { backend: name });
      return this.#words.text("trial-right", { backend: name, milliseconds: this.#words.number(milliseconds, 1) });
    });
    if (state.status === "failed" && state.trials.length === 0) lines.push(state.problem);
    const items = lines.map((line) => {
      const item = document.createElement("li");
      item.textContent = line;
      return item;
    });
    this.#element.querySelector(".trials")!.replaceChildren(...items);
    const details = this.#element.querySelector("details")!;
    details.hidden = items.length === 0;
    details.open = state.status === "failed";
  }
}

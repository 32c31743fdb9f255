// The engine area: what it is doing, and what was passed over.

import type { Trial } from "../shared/protocol.ts";
import { setData } from "./dom.ts";
import type { EngineState } from "./reader.ts";
import type { Words } from "./words.ts";

export class EngineView {
  readonly #element: HTMLElement;
  readonly #words: Words;
  /** What is shown, in short: pieces of files come faster than anyone sees. */
  #shown = "";

  constructor(element: HTMLElement, words: Words, onRetry: () => void) {
    this.#element = element;
    this.#words = words;
    element.querySelector(".retry-start")!.addEventListener("click", onRetry);
    element.querySelector(".reload-page")!.addEventListener("click", () => location.reload());
  }

  show(state: EngineState): void {
    const sentence = this.#sentence(state);
    const shown = `${state.status} ${sentence}`;
    if (shown === this.#shown && state.status === "loading") return;
    this.#shown = shown;
    const progress = this.#element.querySelector("progress")!;
    const status = state.status === "checking" ? "loading" : state.status;
    this.#element.dataset["status"] = status;
    progress.hidden = status !== "loading";
    if (state.status === "loading") progress.value = state.share;
    else progress.removeAttribute("value");
    this.#element.querySelector(".engine-state")!.textContent = sentence;
    const actions = this.#element.querySelector<HTMLElement>(".engine-actions")!;
    if (state.status !== "failed" && actions.querySelector(":focus") !== null) this.#element.focus(); // the button goes
    actions.hidden = state.status !== "failed";
    this.#element.querySelector<HTMLElement>(".reload-page")!.hidden = true;
    this.#element.dataset["backend"] = state.status === "ready" ? state.backend : "";
    if (state.status === "ready" || state.status === "failed") this.#showTrials(state);
  }

  /** A page that is older than the site cannot be started again: it can be loaded anew. */
  offerReload(): void {
    this.#element.querySelector(".engine-state")!.textContent = this.#words.text("start-outdated");
    this.#element.querySelector<HTMLElement>(".reload-page")!.hidden = false;
  }

  tensors(count: number): void {
    setData(this.#element, "tensors", String(count));
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
        if (state.why === "no-backend") return this.#words.text("engine-failed");
        return this.#words.text(`start-${state.why}`, { file: state.file });
    }
  }

  #showTrials(state: EngineState & { readonly trials: readonly Trial[] }): void {
    const lines = state.trials.map(({ backend, milliseconds, problem }) => {
      const name = this.#words.text(`backend-${backend}`);
      if (problem !== null) return this.#words.text("trial-passed-over", { backend: name, problem });
      if (milliseconds === null) return this.#words.text("trial-not-needed", { backend: name });
      return this.#words.text("trial-right", { backend: name, milliseconds: this.#words.number(milliseconds, 1) });
    });
    if (state.status === "failed" && (state.trials.length === 0 || state.why !== "no-backend")) lines.push(state.problem);
    const items = lines.map((line) => {
      const item = document.createElement("li");
      item.textContent = line;
      return item;
    });
    this.#element.querySelector(".trials")!.replaceChildren(...items);
    const details = this.#element.querySelector("details")!;
    details.hidden = items.length === 0;
    details.open = state.status === "failed" && state.why === "no-backend";
  }
}

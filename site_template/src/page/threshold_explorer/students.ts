// The section for students, closed: what is in it is in the page's second script, which is loaded when it is opened.

import type { BundlePredictions } from "../../shared/predictions.ts";
import type { Site } from "../../shared/site.ts";
import type { ChosenModel } from "../chosen_model.ts";
import { byId, setText } from "../dom.ts";
import { later } from "../later/load.ts";
import type { Words } from "../words.ts";

export class Students {
  readonly #section = byId<HTMLDetailsElement>("thresholds");
  readonly #open: () => Promise<void>;
  #explorer: { retry(): void } | null = null;

  /** `request` is called when the section is opened, once per model. */
  constructor(site: Site, chosen: ChosenModel, words: Words, request: () => Promise<BundlePredictions | null>) {
    const offer = (): boolean => (this.#section.hidden = !chosen.current.has_predictions);
    this.#open = async () => {
      if (!this.#section.open || this.#section.hidden || this.#explorer !== null) return;
      const found = await later(site).catch(() => null);
      if (found === null) setText(this.#section.querySelector<HTMLElement>(".explorer-state")!, words.text("students-missing"));
      else this.#explorer ??= found.explorer(site, chosen, words, request);
    };
    this.#section.addEventListener("toggle", () => void this.#open());
    chosen.addEventListener("change", () => (offer(), void this.#open()));
    offer();
    void this.#open();
  }

  /** Asks once more, after films can be read. */
  retry(): void {
    if (this.#explorer === null) void this.#open();
    else this.#explorer.retry();
  }
}

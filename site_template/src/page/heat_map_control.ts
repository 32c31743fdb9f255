// Whether heat maps are shown, and how strongly: one switch and one strength for the page, with a slider here and one in full view.

import type { ChosenModel } from "./chosen_model.ts";
import { byId } from "./dom.ts";

export class HeatMapControl {
  onChange: () => void = () => {};
  readonly #chosen: ChosenModel;
  readonly #switch = byId<HTMLInputElement>("heatmap");
  /** As the styles have it. */
  #percent = 70;
  readonly #sliders = [...document.querySelectorAll<HTMLInputElement>("input.heat-opacity")];

  constructor(chosen: ChosenModel) {
    this.#chosen = chosen;
    chosen.addEventListener("change", () => this.#styleByIt());
    this.#switch.addEventListener("change", () => {
      this.#styleByIt();
      this.onChange();
    });
    this.#styleByIt();
    for (const slider of this.#sliders) slider.addEventListener("input", () => this.#setOpacity(slider.valueAsNumber));
    if (this.#sliders[0] !== undefined) this.#setOpacity(this.#sliders[0].valueAsNumber);
  }

  /** Never where the model's graph has none: one by covering is made for a single film, by its own tool. */
  get shown(): boolean {
    return this.#chosen.current.has_heatmap && this.#switch.checked;
  }

  toggle(): void {
    this.#switch.click();
  }

  #styleByIt(): void {
    document.body.classList.toggle("shows-heat-maps", this.shown);
  }

  #setOpacity(percent: number): void {
    if (percent === this.#percent) return;
    this.#percent = percent;
    document.documentElement.style.setProperty("--heat-opacity", String(percent / 100)); // all of the page is styled anew
    for (const slider of this.#sliders) slider.valueAsNumber = percent;
  }
}

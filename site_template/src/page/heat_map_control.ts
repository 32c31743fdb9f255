// Whether heat maps are shown, and how strongly: one switch and one strength for the page, with a slider here and one in full view.

export class HeatMapControl {
  onChange: () => void = () => {};
  /** Not there where the bundle has no heat map. */
  readonly #switch = document.querySelector<HTMLInputElement>("#heatmap");
  readonly #sliders = [...document.querySelectorAll<HTMLInputElement>("input.heat-opacity")];

  constructor() {
    this.#switch?.addEventListener("change", () => {
      this.#styleByIt();
      this.onChange();
    });
    this.#styleByIt();
    for (const slider of this.#sliders) slider.addEventListener("input", () => this.#setOpacity(slider.valueAsNumber));
    if (this.#sliders[0] !== undefined) this.#setOpacity(this.#sliders[0].valueAsNumber);
  }

  get shown(): boolean {
    return this.#switch?.checked ?? false;
  }

  toggle(): void {
    this.#switch?.click();
  }

  #styleByIt(): void {
    document.body.classList.toggle("shows-heat-maps", this.shown);
  }

  #setOpacity(percent: number): void {
    document.documentElement.style.setProperty("--heat-opacity", String(percent / 100));
    for (const slider of this.#sliders) slider.valueAsNumber = percent;
  }
}

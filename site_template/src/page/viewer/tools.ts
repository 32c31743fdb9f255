// The buttons below a film, of which Tab reaches one and the arrows the others, and the sliders of the window.

import { GREY_LEVELS, type GreyWindow, type Scale } from "../../shared/grey_window.ts";
import type { Words } from "../words.ts";
import { NARROWEST } from "./grey_window.ts";
import { limitsOf, presetsOf, rounded } from "./presets.ts";

/** What the page does, not the viewer. */
export type PageTool = "heatmap" | "full" | "keys" | "window-all";
export type Tool = "zoom-in" | "zoom-out" | "fit" | "actual" | "window" | "invert" | "reset" | PageTool;

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };

export class Tools {
  readonly #buttons: HTMLButtonElement[];
  readonly #sliders: HTMLElement;
  readonly #width: HTMLInputElement;
  readonly #level: HTMLInputElement;
  readonly #presets: HTMLSelectElement;
  readonly #words: Words;
  #scale = GREY_LEVELS;

  constructor(viewer: HTMLElement, words: Words, use: (tool: Tool) => void, set: (window: Pick<GreyWindow, "width" | "level">) => void) {
    const bar = viewer.querySelector<HTMLElement>(".tools")!;
    this.#buttons = [...bar.querySelectorAll<HTMLButtonElement>("button")];
    this.#sliders = viewer.querySelector<HTMLElement>(".window-sliders")!;
    this.#width = this.#sliders.querySelector<HTMLInputElement>("[name=width]")!;
    this.#level = this.#sliders.querySelector<HTMLInputElement>("[name=level]")!;
    this.#presets = this.#sliders.querySelector<HTMLSelectElement>("select")!;
    this.#words = words;
    this.#offerPresets();
    this.#reach(this.#buttons[0]!);
    viewer.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest<HTMLButtonElement>("button[data-tool]") : null;
      if (button === null) return;
      if (bar.contains(button)) this.#reach(button);
      use(button.dataset["tool"] as Tool);
    });
    bar.addEventListener("keydown", (event) => {
      const seen = this.#buttons.filter((button) => button.offsetParent !== null);
      const step = STEPS[event.key];
      if (step === undefined) return;
      event.preventDefault();
      const forward = getComputedStyle(bar).direction === "rtl" ? -step : step;
      const next = seen.at((seen.indexOf(event.target as HTMLButtonElement) + forward) % seen.length)!;
      this.#reach(next);
      next.focus();
    });
    this.#presets.addEventListener("change", () => {
      const preset = presetsOf(this.#scale)[Number(this.#presets.value)];
      if (preset !== undefined) set(preset.window);
    });
    this.#sliders.addEventListener("input", ({ target }) => {
      if (target === this.#presets) return;
      const { at0, perLevel } = this.#scale;
      set({ width: this.#width.valueAsNumber / Math.abs(perLevel), level: (this.#level.valueAsNumber - at0) / perLevel });
    });
  }

  /** Shows a tool as switched on or off; the window's has its sliders. */
  press(tool: Tool, on: boolean): void {
    this.#buttons.find((button) => button.dataset["tool"] === tool)?.setAttribute("aria-pressed", String(on));
    if (tool === "window") this.#sliders.hidden = !on;
  }

  /** The sliders have the file's own values from now on. */
  setScale(scale: Scale): void {
    this.#scale = scale;
    const { at0, perLevel } = scale;
    const { lowest, highest } = limitsOf(scale);
    const ends = [at0 + lowest * perLevel, at0 + highest * perLevel].sort((a, b) => a - b).map(String) as [string, string];
    [this.#level.min, this.#level.max] = ends;
    [this.#width.min, this.#width.max] = [NARROWEST * Math.abs(perLevel), 2 * (highest - lowest) * Math.abs(perLevel)].map(String) as [string, string];
    this.#width.step = this.#level.step = "any";
    this.#offerPresets();
  }

  showWindow({ width, level }: GreyWindow): void {
    const { at0, perLevel } = this.#scale;
    const isOwn = perLevel === 1;
    this.#width.valueAsNumber = isOwn ? width : rounded(width * Math.abs(perLevel), perLevel);
    this.#level.valueAsNumber = isOwn ? level : rounded(at0 + level * perLevel, perLevel);
    const at = presetsOf(this.#scale).findIndex(({ window }) => Math.abs(window.width - width) < 0.5 && Math.abs(window.level - level) < 0.5);
    this.#presets.value = String(at); // none where it is none of them
  }

  #offerPresets(): void {
    const options = presetsOf(this.#scale).map(({ name, isKey }, index) => new Option(isKey ? this.#words.text(name) : name, String(index)));
    this.#presets.replaceChildren(new Option(this.#words.text("window-other"), "-1"), ...options);
  }

  #reach(reached: HTMLButtonElement): void {
    for (const button of this.#buttons) button.tabIndex = button === reached ? 0 : -1;
  }
}

// The buttons below a film, of which Tab reaches one and the arrows the others, and the sliders of the window.

import type { GreyWindow } from "../../shared/grey_window.ts";

/** What the page does, not the viewer. */
export type PageTool = "heatmap" | "full" | "keys";
export type Tool = "zoom-in" | "zoom-out" | "fit" | "actual" | "window" | "invert" | "reset" | PageTool;

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };

export class Tools {
  readonly #buttons: HTMLButtonElement[];
  readonly #sliders: HTMLElement;
  readonly #width: HTMLInputElement;
  readonly #level: HTMLInputElement;

  constructor(viewer: HTMLElement, use: (tool: Tool) => void, set: (window: Pick<GreyWindow, "width" | "level">) => void) {
    const bar = viewer.querySelector<HTMLElement>(".tools")!;
    this.#buttons = [...bar.querySelectorAll<HTMLButtonElement>("button")];
    this.#sliders = viewer.querySelector<HTMLElement>(".window-sliders")!;
    this.#width = this.#sliders.querySelector<HTMLInputElement>("[name=width]")!;
    this.#level = this.#sliders.querySelector<HTMLInputElement>("[name=level]")!;
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
    this.#sliders.addEventListener("input", () => set({ width: this.#width.valueAsNumber, level: this.#level.valueAsNumber }));
  }

  /** Shows a tool as switched on or off; the window's has its sliders. */
  press(tool: Tool, on: boolean): void {
    this.#buttons.find((button) => button.dataset["tool"] === tool)?.setAttribute("aria-pressed", String(on));
    if (tool === "window") this.#sliders.hidden = !on;
  }

  showWindow({ width, level }: GreyWindow): void {
    this.#width.valueAsNumber = width;
    this.#level.valueAsNumber = level;
  }

  #reach(reached: HTMLButtonElement): void {
    for (const button of this.#buttons) button.tabIndex = button === reached ? 0 : -1;
  }
}

// The question whose film it is: shown for a model that tells populations apart, and answered once for a visit.

import type { ChosenModel } from "./chosen_model.ts";
import { byId } from "./dom.ts";
import type { Words } from "./words.ts";

const KEY = "plainfilm-population";

export class Whose {
  readonly #chosen: ChosenModel;
  readonly #words: Words;
  readonly #area = byId<HTMLFieldSetElement>("whose");

  constructor(chosen: ChosenModel, words: Words) {
    this.#chosen = chosen;
    this.#words = words;
    chosen.readAs(kept());
    this.#area.addEventListener("change", ({ target }) => this.#answer((target as HTMLInputElement).value));
    chosen.addEventListener("change", () => this.#ask());
    this.#ask();
  }

  /** Of a model's populations: the page has those of the default one in it already. */
  #ask(): void {
    const { current, population } = this.#chosen;
    const answers = [...current.populations.map(({ name, label }) => ({ name, label })), { name: "", label: this.#words.text("not-said") }];
    const inputs = [...this.#area.querySelectorAll("input")];
    if (inputs.map(({ value }) => value).join("\n") !== answers.map(({ name }) => name).join("\n")) {
      for (const { parentElement } of inputs) parentElement!.remove();
      this.#area.querySelector("legend")!.after(...answers.map(({ name, label }) => choiceOf(name, label)));
    }
    for (const input of this.#area.querySelectorAll("input")) input.checked = input.value === population;
    this.#area.hidden = current.populations.length === 0;
  }

  #answer(population: string): void {
    try {
      sessionStorage.setItem(KEY, population);
    } catch {
      // Storage is switched off: the answer holds until the page is left.
    }
    this.#chosen.readAs(population);
  }
}

function choiceOf(name: string, label: string): HTMLLabelElement {
  const [element, radio, text] = [document.createElement("label"), document.createElement("input"), document.createElement("span")];
  Object.assign(radio, { type: "radio", name: "population", value: name, autocomplete: "off" });
  text.textContent = label;
  element.append(radio, " ", text);
  return element;
}

function kept(): string {
  try {
    return sessionStorage.getItem(KEY) ?? "";
  } catch {
    return "";
  }
}

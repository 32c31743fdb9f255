// Choosing the operating point, and what a reading at it is worth: sensitivity, specificity, PPV and NPV for every split.

import type { Measured, OperatingPoint, Share } from "../../shared/site.ts";
import type { ChosenModel } from "../chosen_model.ts";
import type { Words } from "../words.ts";
import { predictiveValues } from "./predictive.ts";

export class OperatingPointPanel {
  readonly #chosen: ChosenModel;
  readonly #words: Words;
  readonly #area = document.querySelector<HTMLElement>("#numbers")!;

  constructor(chosen: ChosenModel, words: Words) {
    this.#chosen = chosen;
    this.#words = words;
    this.#area.querySelector("#prevalence")!.addEventListener("input", () => this.#show());
    chosen.addEventListener("change", () => this.#showPoints());
    chosen.addEventListener("point", () => this.#show());
    this.#showPoints();
  }

  #showPoints(): void {
    const { operating_points: points } = this.#chosen.current;
    const choice = this.#area.querySelector<HTMLElement>(".points")!;
    for (const label of choice.querySelectorAll("label")) label.remove();
    choice.append(...points.map((point) => this.#choiceOf(point)));
    choice.hidden = points.length < 2;
    this.#area.hidden = points.length === 0;
    this.#show();
  }

  #choiceOf(point: OperatingPoint): HTMLLabelElement {
    const [label, radio, text] = [document.createElement("label"), document.createElement("input"), document.createElement("span")];
    Object.assign(radio, { type: "radio", name: "operating-point", value: point.name, autocomplete: "off", checked: point === this.#chosen.point });
    radio.addEventListener("change", () => this.#chosen.decideAt(point));
    text.append(point.label, ...(point.help === "" ? [] : [together(point.help)]));
    label.append(radio, " ", text);
    return label;
  }

  /** The share that was typed, 0–1; null where there is none. */
  get #prevalence(): number | null {
    const input = this.#area.querySelector<HTMLInputElement>("#prevalence")!;
    return input.value !== "" && input.validity.valid ? input.valueAsNumber / 100 : null;
  }

  #show(): void {
    const { point } = this.#chosen;
    if (point === null) return;
    const threshold = this.#words.percent(point.threshold * 100);
    this.#area.querySelector(".chosen")!.textContent = this.#words.text("point-chosen", { label: point.label, threshold });
    this.#area.querySelector("tbody")!.replaceChildren(...point.measured.map((measured) => this.#row(measured)));
  }

  #row(measured: Measured): HTMLTableRowElement {
    const row = document.createElement("tr");
    const films = document.createElement("th");
    films.scope = "row";
    films.append(measured.films, together(`n\u00a0=\u00a0${this.#words.number(measured.n)}`));
    const prevalence = this.#prevalence;
    const { ppv, npv } = prevalence === null ? { ppv: null, npv: null } : predictiveValues(prevalence, measured);
    row.append(films, ...[measured.sensitivity, measured.specificity, ppv, npv].map((share) => this.#cell(share)));
    return row;
  }

  #cell(share: Share | null): HTMLTableCellElement {
    const cell = document.createElement("td");
    if (share === null) cell.textContent = "–";
    else cell.append(this.#words.percent(share.value * 100), together(this.#words.interval(share)));
    return cell;
  }
}

/** What stands under a number, quietly. */
function together(text: string): HTMLElement {
  const element = document.createElement("span");
  element.className = "together";
  element.textContent = text;
  return element;
}

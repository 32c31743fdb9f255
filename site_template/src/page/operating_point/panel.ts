// Choosing the operating point, and what a reading at it is worth: sensitivity, specificity, PPV and NPV for every split.

import { pointOf } from "../../shared/decide.ts";
import { predictiveValues } from "../../shared/predictive.ts";
import type { Measured, Share } from "../../shared/site.ts";
import type { ChosenModel } from "../chosen_model.ts";
import type { Words } from "../words.ts";
import { distinctPoints, shownAs, type ShownPoint } from "./distinct.ts";

export class OperatingPointPanel {
  readonly #chosen: ChosenModel;
  readonly #words: Words;
  readonly #area = document.querySelector<HTMLElement>("#numbers")!;

  constructor(chosen: ChosenModel, words: Words) {
    this.#chosen = chosen;
    this.#words = words;
    this.#area.querySelector("#prevalence")!.addEventListener("input", () => this.#show());
    for (const event of ["change", "population", "own"]) chosen.addEventListener(event, () => this.#showPoints());
    chosen.addEventListener("point", () => this.#show());
    this.#showPoints();
  }

  #showPoints(): void {
    const points = this.#points;
    const choice = this.#area.querySelector<HTMLElement>(".points")!;
    for (const label of choice.querySelectorAll("label")) label.remove();
    choice.append(...points.map((point) => this.#choiceOf(point, point === shownAs(points, this.#chosen.choice.point))));
    choice.hidden = points.length < 2;
    this.#area.hidden = points.length === 0;
    this.#show();
  }

  /** Those of the population, or of all where it is not said; those that coincide, once. */
  get #points(): ShownPoint[] {
    return distinctPoints(this.#chosen.pointsOf, this.#words);
  }

  #choiceOf(point: ShownPoint, checked: boolean): HTMLLabelElement {
    const [label, radio, text] = [document.createElement("label"), document.createElement("input"), document.createElement("span")];
    const [name] = point.names;
    Object.assign(radio, { type: "radio", name: "operating-point", value: name, autocomplete: "off", checked });
    radio.addEventListener("change", () => this.#chosen.decideAt(name!));
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
    const { point, pointsOf, choice } = this.#chosen;
    if (point === null) return;
    const { names, label } = shownAs(this.#points, choice.point);
    const ofEach = pointsOf.flatMap((one) => {
      const found = pointOf(one, choice.point);
      return found === null ? [] : [{ label: one.label, point: found, threshold: this.#words.percent(found.threshold * 100) }];
    });
    const isOne = new Set(ofEach.map(({ threshold }) => threshold)).size === 1;
    // Whose films have no such point are read at their default, which is then named.
    const ofSome = ofEach.map((one) => {
      const threshold = names.includes(one.point.name) ? one.threshold : this.#words.text("point-chosen", { label: one.point.label, threshold: one.threshold });
      return this.#words.text("point-chosen", { label: one.label, threshold });
    });
    const values = { label, threshold: isOne ? ofEach[0]!.threshold : ofSome.join(this.#words.text("semicolon")) };
    this.#area.querySelector(".chosen")!.textContent = isOne ? this.#words.text("point-chosen", values) : this.#words.text("points-chosen", values);
    const rows = ofEach.flatMap((one) => one.point.measured.map((measured) => this.#row(measured, ofEach.length > 1 ? one.label : "")));
    this.#area.querySelector("tbody")!.replaceChildren(...rows);
  }

  /** `population` is empty where it is not asked whose films they are. */
  #row(measured: Measured, population: string): HTMLTableRowElement {
    const row = document.createElement("tr");
    const films = document.createElement("th");
    films.scope = "row";
    films.append(...(population === "" ? [] : [together(population)]), measured.films, together(`n\u00a0=\u00a0${this.#words.number(measured.n)}`));
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

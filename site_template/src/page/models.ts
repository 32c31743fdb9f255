// The list of models to choose from, and what the page shows of the one that reads. The address names it: `?model=NAME`.

import type { Site } from "../shared/site.ts";
import type { ChosenModel } from "./chosen_model.ts";
import { byId } from "./dom.ts";
import type { Words } from "./words.ts";

const PARAMETER = "model";

/** The name of the model that the address wants; null where it names none. */
export function wantedModel(): string | null {
  return new URLSearchParams(location.search).get(PARAMETER);
}

export class Models {
  readonly #chosen: ChosenModel;
  readonly #words: Words;
  /** Missing where the page has one model. */
  readonly #list = document.querySelector<HTMLDetailsElement>("#models");

  constructor(site: Site, chosen: ChosenModel, words: Words) {
    this.#chosen = chosen;
    this.#words = words;
    for (const button of this.#buttons) button.addEventListener("click", () => chosen.choose(button.dataset["model"]!));
    chosen.addEventListener("change", () => {
      this.#writeAddress();
      byId("model-missing").hidden = true;
      this.#show();
    });
    const wanted = wantedModel();
    if (wanted !== null && site.models.every(({ name }) => name !== wanted)) this.#reportMissing(wanted);
    this.#show();
  }

  get #buttons(): HTMLButtonElement[] {
    return [...(this.#list?.querySelectorAll<HTMLButtonElement>("[data-model]") ?? [])];
  }

  #writeAddress(): void {
    const address = new URL(location.href);
    address.searchParams.set(PARAMETER, this.#chosen.current.name);
    history.replaceState(history.state, "", address);
  }

  #show(): void {
    const { name, title, disclaimer, card, has_heatmap: hasHeatMap } = this.#chosen.current;
    byId("card-link").setAttribute("href", card);
    for (const button of this.#buttons) button.setAttribute("aria-pressed", String(button.dataset["model"] === name));
    for (const section of document.querySelectorAll<HTMLElement>("[data-about]")) section.hidden = section.dataset["about"] !== name;
    document.body.classList.toggle("covers-for-heat-map", !hasHeatMap);
    byId("disclaimer").textContent = disclaimer;
    document.querySelector(".engine-model")!.textContent = title;
    document.querySelector<HTMLElement>("[data-testid=engine]")!.dataset["model"] = name;
  }

  #reportMissing(name: string): void {
    const notice = byId("model-missing");
    notice.textContent = this.#words.text("model-missing", { name, title: this.#chosen.current.title });
    notice.hidden = false;
  }
}

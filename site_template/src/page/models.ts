// The models of this page: which one reads, said in the address as `?model=NAME`, and the list to choose another from.

import type { Model, PageData, Site } from "../shared/site.ts";
import type { Words } from "./words.ts";

const PARAMETER = "model";

/** The page with the model that the address asks for, or else the default. */
export function siteOf(data: PageData): Site {
  const asked = new URLSearchParams(location.search).get(PARAMETER);
  return { ...data, ...(data.models.find(({ model }) => model === asked) ?? data.models[0]!) };
}

export class Models {
  readonly #site: Site;
  readonly #words: Words;
  /** Not there where the page has one model. */
  readonly #list = document.querySelector<HTMLDetailsElement>("#models");

  /** `onChange` is called when `site` has become another model's. */
  constructor(site: Site, words: Words, onChange: () => void) {
    this.#site = site;
    this.#words = words;
    for (const button of this.#buttons) {
      button.addEventListener("click", () => {
        const chosen = site.models.find(({ model }) => model === button.dataset["model"])!;
        if (chosen.model === site.model) return;
        this.#choose(chosen);
        onChange();
      });
    }
    this.#sayWhatIsMissing();
    this.#show();
  }

  get #buttons(): HTMLButtonElement[] {
    return [...(this.#list?.querySelectorAll<HTMLButtonElement>("[data-model]") ?? [])];
  }

  #choose(model: Model): void {
    Object.assign(this.#site, model);
    const address = new URL(location.href);
    address.searchParams.set(PARAMETER, model.model);
    history.replaceState(history.state, "", address);
    document.querySelector<HTMLElement>("#model-missing")!.hidden = true;
    this.#show();
  }

  #show(): void {
    const { model, title, disclaimer, card, has_heatmap: hasHeatMap } = this.#site;
    document.querySelector("#card-link")!.setAttribute("href", card);
    for (const button of this.#buttons) button.setAttribute("aria-pressed", String(button.dataset["model"] === model));
    for (const section of document.querySelectorAll<HTMLElement>("[data-about]")) section.hidden = section.dataset["about"] !== model;
    document.body.classList.toggle("without-heat-map", !hasHeatMap);
    document.querySelector("#disclaimer")!.textContent = disclaimer;
    document.querySelector(".engine-model")!.textContent = title;
    document.querySelector<HTMLElement>("[data-testid=engine]")!.dataset["model"] = model;
  }

  #sayWhatIsMissing(): void {
    const asked = new URLSearchParams(location.search).get(PARAMETER);
    if (asked === null || asked === this.#site.model) return;
    const notice = document.querySelector<HTMLElement>("#model-missing")!;
    notice.textContent = this.#words.say("model-missing", { name: asked, title: this.#site.title });
    notice.hidden = false;
  }
}

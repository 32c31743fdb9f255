// Uses a threshold of one's own for reading, says so above the list, keeps it as a file, and takes such files.

import type { OwnThreshold } from "../../measure/types.ts";
import { saveFile } from "../exports/save.ts";
import type { MeasureContext, Taken } from "./context.ts";
import { button, el } from "./elements.ts";
import { FORMAT, ownPointOf, readOwnThreshold, type OwnRate, type OwnThresholdFile } from "./own_threshold.ts";
import { ratesAt } from "./own_part.ts";
import type { State } from "./state.ts";

export class OwnUse {
  readonly #context: MeasureContext;
  readonly #bar: HTMLElement;
  readonly #text = el("span", {});
  #file: OwnThresholdFile | null = null;

  constructor(context: MeasureContext) {
    this.#context = context;
    const { words, chosen, place } = context;
    this.#bar = el("p", { class: "own-bar", "data-testid": "own-bar", hidden: true }, this.#text, " ", button(words.text("own-undo"), () => this.#undo()));
    place.before(this.#bar);
    for (const event of ["own", "point", "change"]) chosen.addEventListener(event, () => this.#show());
  }

  /** As found for a sensitivity, or as it was set by hand. */
  use({ cases, measured, population }: State, threshold: number, found: OwnThreshold | null): void {
    const { chosen, site } = this.#context;
    const { sensitivity, specificity } = ratesAt(cases.cases, threshold);
    const byHand = (share: typeof sensitivity): OwnRate => ({ apparent: share?.value ?? 0, corrected: share?.value ?? 0, low: share?.low ?? null, high: share?.high ?? null });
    const byFound = ({ apparent, corrected: { value, low, high } }: OwnThreshold["sensitivity"]): OwnRate => ({ apparent, corrected: clipped(value ?? apparent), low: low === null ? null : clipped(low), high: high === null ? null : clipped(high) });
    this.#use({
      format: FORMAT, version: 1, model: chosen.current.name, model_sha256: chosen.current.sha256, population, positive_class: site.positive_class,
      threshold, wanted_sensitivity: found?.wanted ?? null,
      films: measured.read, positive: cases.cases.filter(({ label, score }) => label === 1 && score !== null).length, patients: measured.patients,
      sensitivity: found === null ? byHand(sensitivity) : byFound(found.sensitivity),
      specificity: found === null ? byHand(specificity) : byFound(found.specificity),
      date: today(), plainfilm: site.version,
    });
  }

  save(): void {
    if (this.#file === null) return;
    saveFile(`own-threshold-${this.#file.model}-${this.#file.date}.json`, new Blob([`${JSON.stringify(this.#file, null, 1)}\n`], { type: "application/json" }));
  }

  /** A JSON file that was dropped on the page. */
  take(name: string, text: string): Taken {
    const { words, site, chosen } = this.#context;
    const found = readOwnThreshold(name, text, site);
    if (found === null) return { kind: "nothing", sentence: words.text("own-none", { file: name }) };
    if ("problem" in found) return { kind: "nothing", sentence: words.text(found.problem, found.values) };
    if (found.model !== chosen.current.name) {
      return { kind: "nothing", sentence: words.text("own-choose-model", { file: name, model: site.models.find((one) => one.name === found.model)!.title }) };
    }
    this.#use(found);
    return { kind: "threshold", sentence: words.text("own-taken", { file: name, threshold: words.percent(found.threshold * 100) }) };
  }

  #use(file: OwnThresholdFile): void {
    this.#file = file;
    this.#context.chosen.useOwn(ownPointOf(file, this.#context.words));
  }

  #undo(): void {
    this.#context.chosen.useOwn(null);
    document.querySelector<HTMLElement>("#files")!.focus();
  }

  #show(): void {
    const { chosen } = this.#context;
    const own = chosen.own?.point;
    const isUsed = own !== undefined && chosen.choice.point === own.name;
    this.#bar.hidden = !isUsed;
    if (isUsed) this.#text.textContent = own.help;
  }
}

/** The day here, as people call it. */
function today(): string {
  const now = new Date();
  return `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, "0")}-${String(now.getDate()).padStart(2, "0")}`;
}

function clipped(share: number): number {
  return Math.min(1, Math.max(0, share));
}

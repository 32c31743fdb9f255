// What leaves the view, for the visitor alone: a table, a workbook, figures as JSON and SVG, a printed report.

import { RESAMPLES, SEED, type About, type OutputInput, type OwnThreshold, type Subgroup } from "../../measure/types.ts";
import { dialectOf } from "../../shared/csv.ts";
import { saveFile } from "../exports/save.ts";
import { COLUMN } from "./cases.ts";
import { button, el } from "./elements.ts";
import { titleOfGroup, type TwoModels } from "./groups.ts";
import { reasonOf } from "./matrix.ts";
import type { Part, State, Tools } from "./state.ts";

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

export class Outputs implements Part {
  readonly element: HTMLElement;
  readonly #tools: Tools;
  readonly #models: TwoModels;
  readonly #said = el("p", { role: "status", class: "help" });
  readonly #reference = el("input", { type: "text", id: "measured-reference", autocomplete: "off", maxlength: 300 });
  #state: State | null = null;

  constructor(tools: Tools, models: TwoModels) {
    this.#tools = tools;
    this.#models = models;
    const { words } = tools.context;
    const save = (name: string, make: (input: OutputInput) => Promise<void>): HTMLButtonElement =>
      button(words.text(`measure-save-${name}`), () => void this.#run(make), { "data-save": name });
    this.element = el("div", { class: "measured-out" },
      el("h3", {}, words.text("measure-out")),
      el("p", { class: "measured-reference" }, el("label", { for: "measured-reference" }, words.text("measure-reference")), " ", this.#reference),
      el("p", { class: "measured-buttons" },
        save("csv", async (input) => saveAs(named("csv"), "text/csv;charset=utf-8", await tools.ask("csv", input))),
        save("xlsx", async (input) => saveAs(named("xlsx"), XLSX, await tools.ask("xlsx", input))),
        save("json", async (input) => saveAs(named("json"), "application/json", await tools.ask("json", input))),
        save("svg", async (input) => {
          for (const [name, svg] of Object.entries(await tools.ask("figures", input))) saveAs(named("svg", name), "image/svg+xml", svg);
        }),
        save("report", async (input) => printDocument(await tools.ask("report", input))),
      ),
      this.#said,
    );
  }

  show(state: State): void {
    this.#state = state;
    this.element.hidden = state.measured.films === 0;
  }

  async #run(make: (input: OutputInput) => Promise<void>): Promise<void> {
    const { words } = this.#tools.context;
    const state = this.#state;
    if (state === null) return;
    this.#said.textContent = words.text("measure-saving");
    try {
      await make(await this.#input(state));
      this.#said.textContent = "";
    } catch {
      this.#said.textContent = words.text("measure-failed");
    }
  }

  async #input(state: State): Promise<OutputInput> {
    const { words, site, chosen } = this.#tools.context;
    const { measured, cases: { cases, keys } } = state;
    const subgroups: { key: string; title: string; groups: readonly Subgroup[] }[] = [];
    for (const key of keys) {
      subgroups.push({ key: key.replace(COLUMN, ""), title: titleOfGroup(key, (one) => words.text(one)), groups: await this.#tools.ask("subgroups", { cases, key, options: measured.options }) });
    }
    const own: OwnThreshold | null = measured.curve.length === 0 ? null : await this.#tools.ask("threshold", { cases, options: { sensitivity: 0.95, resamples: RESAMPLES, seed: SEED } });
    const { assembled, doubles } = state;
    const other = site.classes.filter(({ name }) => name !== site.positive_class);
    const about: About = {
      language: site.language,
      model: { name: chosen.current.name, title: chosen.current.title, sha256: chosen.current.sha256 },
      version: site.version,
      date: new Date().toISOString().slice(0, 10),
      site: document.querySelector(".wordmark")?.textContent?.trim() ?? "",
      warning: chosen.current.disclaimer,
      classes: { positive: words.labelOf(site.positive_class), others: words.list(other.map(({ label }) => label)) },
      population: chosen.current.populations.find(({ name }) => name === state.population)?.label ?? null,
      point: state.point?.label ?? "",
      reference: this.#reference.value.trim(),
      given: {
        files: this.#tools.context.films().length, unlabelled: assembled.unlabelled.length + assembled.ambiguous.length + assembled.leftOut.length,
        doubles: doubles.again.size, contradictory: doubles.contradictory.flat().length, others: state.cases.ofOthers.length, errors: [...state.cases.films.values()].filter(({ status }) => status === "error").length,
      },
      reasons: Object.fromEntries(measured.refusals.byReason.map(({ reason }) => [reason, reasonOf(reason, words)])),
      dialect: dialectOf(navigator.language),
      texts: Object.fromEntries(Object.entries(site.messages).filter((entry): entry is [string, string] => typeof entry[1] === "string")),
    };
    return { about, cases, measured, subgroups, own, comparison: this.#models.compared };
  }
}

function saveAs(name: string, type: string, data: BlobPart): void {
  saveFile(name, new Blob([data], { type }));
}

function named(ending: string, what = ""): string {
  return `measured-${what === "" ? "" : `${what}-`}${new Date().toISOString().slice(0, 19).replaceAll(":", "")}Z.${ending}`;
}

/** In a frame of its own. The page's policy holds there as well and forbids styles inside, even where they are parsed, so they are put in from here. */
function printDocument(html: string): void {
  const styles: string[] = [];
  const bare = html.replace(/<style>([^]*?)<\/style>/g, (_, style: string) => {
    styles.push(style);
    return "";
  });
  const parsed = new DOMParser().parseFromString(bare, "text/html");
  const frame = el("iframe", { class: "printed-report", "aria-hidden": "true", tabindex: -1, title: parsed.title });
  document.body.append(frame);
  const view = frame.contentWindow as Window & typeof globalThis;
  view.document.documentElement.replaceWith(view.document.importNode(parsed.documentElement, true));
  const sheet = new view.CSSStyleSheet();
  sheet.replaceSync(styles.join("\n"));
  view.document.adoptedStyleSheets = [sheet];
  view.addEventListener("afterprint", () => setTimeout(() => frame.remove()));
  view.focus();
  view.print();
}

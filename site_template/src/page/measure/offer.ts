// Offers to measure the model on films whose folders, or a table beside them, say what they show. It never begins by itself.

import { byId } from "../dom.ts";
import { classWordsOf, tellingFolders, type ClassWords } from "./class_words.ts";
import type { MeasureContext, MeasureView, Offer } from "./context.ts";
import { View } from "./view.ts";

/** Folders come file by file; what they are called is looked at when no more have come for so long. */
const QUIET_MILLISECONDS = 300;
const NAMES_SHOWN = 4;

export class MeasureOffer implements Offer {
  readonly #context: Omit<MeasureContext, "place" | "onClose">;
  readonly #words: ClassWords;
  readonly #place = byId("measure");
  readonly #status = byId("intake-status");
  #view: MeasureView | null = null;
  #soon: ReturnType<typeof setTimeout> | undefined;
  /** Of what came in folders. */
  #paths: string[] = [];
  #isRefused = false;
  #isOpen = false;

  constructor(context: Omit<MeasureContext, "place" | "onClose">) {
    this.#context = context;
    this.#words = classWordsOf(context.site);
  }

  saw(paths: readonly string[]): void {
    for (const path of paths) this.#paths.push(path);
    if (this.#isRefused || this.#isOpen) return;
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => this.#offerFolders(), QUIET_MILLISECONDS);
  }

  async table(file: File, chosen: boolean): Promise<void> {
    const { kind, sentence } = await this.#opened().take(file, chosen);
    if (kind === "labels" && !this.#isOpen) return this.#offer(sentence);
    if (sentence !== "") this.#status.textContent = sentence;
  }

  changed(): void {
    this.#view?.changed();
  }

  leave(): void {
    clearTimeout(this.#soon);
    this.#view?.leave();
  }

  clear(): void {
    clearTimeout(this.#soon);
    this.#isRefused = this.#isOpen = false;
    this.#paths = [];
    this.#view?.clear();
    this.#place.replaceChildren();
    this.#hide();
  }

  #offerFolders(): void {
    const { words, chosen } = this.#context;
    if (this.#isOpen || this.#isRefused || chosen.sought === null) return;
    const said = tellingFolders(this.#paths, this.#words).filter((folder) => folder !== null);
    if (said.length === 0) return;
    const folders = [...new Set(said)];
    const names = folders.slice(0, NAMES_SHOWN);
    this.#offer(words.text("measure-offer", { n: said.length, names: words.list(folders.length > NAMES_SHOWN ? [...names, "…"] : names) }));
  }

  /** A line above the list, which the visitor takes or sends away. */
  #offer(sentence: string): void {
    if (this.#context.chosen.sought === null) return;
    const { words } = this.#context;
    const [line, text, take, leave] = (["div", "p", "button", "button"] as const).map((tag) => document.createElement(tag)) as [
      HTMLElement, HTMLElement, HTMLButtonElement, HTMLButtonElement,
    ];
    line.className = "measure-offer";
    line.dataset["testid"] = "measure-offer";
    text.textContent = sentence;
    Object.assign(take, { type: "button", className: "measure-take", textContent: words.text("measure-take") });
    Object.assign(leave, { type: "button", className: "quiet measure-leave", textContent: words.text("measure-leave") });
    take.addEventListener("click", () => this.#open());
    leave.addEventListener("click", () => {
      this.#isRefused = true;
      this.#hide();
      byId("files").focus();
    });
    line.append(text, take, leave);
    this.#place.replaceChildren(line);
    this.#place.hidden = false;
    document.documentElement.classList.add("offers-measuring");
    byId("announcement").textContent = sentence;
  }

  #hide(): void {
    this.#place.hidden = true;
    document.documentElement.classList.remove("offers-measuring");
  }

  #open(): void {
    this.#isOpen = true;
    document.documentElement.classList.remove("offers-measuring");
    this.#opened().open();
  }

  #opened(): MeasureView {
    return (this.#view ??= new View({ ...this.#context, place: this.#place, onClose: () => this.#closed() }));
  }

  #closed(): void {
    this.#isOpen = false;
    this.#offerFolders();
  }
}

// One film on the page: its picture, and what was read in it. All text from files goes in as text nodes.

import type { HeatMap } from "../shared/protocol.ts";
import type { Finding, Status } from "../shared/reading.ts";
import type { Site } from "../shared/site.ts";
import { drawHeatMap } from "./heatmap.ts";
import type { Task } from "./queue.ts";
import type { Reader } from "./reader.ts";
import type { Words } from "./words.ts";

export class Card implements Task {
  readonly element: HTMLElement;
  finding: Finding | null = null;
  #status: Status = "queued";
  #heatMap: Promise<HeatMap | null> | null = null;
  readonly #file: File;
  readonly #reader: Reader;
  readonly #site: Site;
  readonly #words: Words;

  constructor(file: File, reader: Reader, site: Site, words: Words, template: HTMLTemplateElement) {
    this.#file = file;
    this.#reader = reader;
    this.#site = site;
    this.#words = words;
    this.element = (template.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
    this.element.dataset["file"] = file.name;
    this.#part(".file").textContent = file.name;
    const image = this.#part<HTMLImageElement>("img");
    image.alt = words.say("film-alt", { file: file.name });
    image.onload = () => this.#part(".film").style.setProperty("--ratio", String(image.naturalWidth / image.naturalHeight));
    image.onerror = () => this.element.classList.add("without-picture");
    image.src = URL.createObjectURL(file);
    this.show("queued");
  }

  get status(): Status {
    return this.#status;
  }

  show(status: "queued" | "running" | "cancelled"): void {
    this.#setStatus(status);
    this.#part(".verdict").textContent = this.#words.say(status);
  }

  async run(signal: AbortSignal): Promise<void> {
    try {
      this.#showFinding(await this.#reader.read(this.#file, signal));
    } catch (error) {
      if (signal.aborted) throw error;
      this.#showFailure("engine-failed");
    }
  }

  /** Shows or hides the heat map, which is computed when it is first asked for. */
  async showHeatMap(wanted: boolean): Promise<void> {
    const canvas = this.#part<HTMLCanvasElement>("canvas");
    if (!wanted || this.#status !== "done") {
      canvas.hidden = true;
      return;
    }
    this.#heatMap ??= this.#reader.heatMap(this.#file);
    const map = await this.#heatMap.catch(() => null);
    if (map === null || this.finding === null) return;
    drawHeatMap(canvas, map, this.finding, this.#site.view);
    canvas.hidden = false;
  }

  #showFinding(finding: Finding): void {
    this.finding = finding;
    if (finding.status === "error") return this.#showFailure(finding.reason ?? "unreadable");
    const { element } = this;
    if (finding.ood_score !== null) element.dataset["oodScore"] = String(finding.ood_score);
    if (finding.reason !== null) element.dataset["reason"] = finding.reason;
    else {
      element.dataset["label"] = finding.label!;
      element.dataset["probability"] = String(finding.probability!);
      if (finding.zone !== null) element.dataset["zone"] = finding.zone;
      element.classList.toggle("is-positive", finding.label === this.#site.positive_class);
      this.#part(".classes").replaceChildren(...this.#classRows(finding));
    }
    this.#part(".verdict").textContent = this.#words.messageOf(finding);
    this.#part(".details").textContent = this.#words.say("details", {
      width: finding.width!,
      height: finding.height!,
      milliseconds: Math.round(finding.milliseconds),
      backend: this.#words.say(`backend-${finding.backend}`),
    });
    this.#setStatus(finding.status);
  }

  #showFailure(reason: string): void {
    this.element.dataset["reason"] = reason;
    this.#part(".verdict").textContent = this.#words.say(reason);
    this.#setStatus("error");
  }

  /** A term and its percentage for each class, with a bar; the positive class's bar carries the threshold's tick. */
  #classRows(finding: Finding): HTMLElement[] {
    return this.#words.percentages(finding).map(({ className, text, share }) => {
      const row = document.createElement("div");
      const term = document.createElement("dt");
      const value = document.createElement("dd");
      row.className = "class-row";
      row.dataset["className"] = className;
      row.classList.toggle("is-read", className === finding.label);
      term.textContent = this.#words.labelOf(className);
      value.textContent = text;
      row.style.setProperty("--share", String(share));
      if (className === this.#site.positive_class) {
        row.classList.add("has-threshold");
        row.style.setProperty("--threshold", String(finding.threshold));
      }
      row.append(term, value);
      return row;
    });
  }

  #setStatus(status: Status): void {
    this.#status = status;
    this.element.dataset["status"] = status;
  }

  #part<T extends HTMLElement>(selector: string): T {
    return this.element.querySelector<T>(selector)!;
  }
}

// One film on the page: its picture, and what was read in it. All text from files goes in as text nodes.

import type { GreyWindow } from "../shared/grey_window.ts";
import { decide, type Decided } from "../shared/decide.ts";
import type { HeatMap } from "../shared/protocol.ts";
import type { FileReason, Finding, Status } from "../shared/reading.ts";
import type { OperatingPoint, Site } from "../shared/site.ts";
import { classRows } from "./class_bars.ts";
import type { Given } from "./intake.ts";
import type { Film } from "./out/record.ts";
import type { Task } from "./queue.ts";
import type { Reader } from "./reader.ts";
import { WHOLE } from "./viewer/grey_window.ts";
import type { PageTool } from "./viewer/tools.ts";
import { Viewer } from "./viewer/viewer.ts";
import type { Words } from "./words.ts";

export class Card implements Task {
  readonly element: HTMLElement;
  finding: Finding | null = null;
  #date: Date | null = null;
  #point: OperatingPoint | null;
  #status: Status = "queued";
  #heatMap: Promise<HeatMap | null> | null = null;
  /** Whether the visitor wants it read although it was refused. */
  #anyway = false;
  /** Called when a tool of its viewer is used that is the page's. */
  onPageTool: (tool: PageTool) => void = () => {};
  /** Its picture, while it is near the view. */
  viewer: Viewer | null = null;
  /** What the viewer shows the picture through, kept while there is none. */
  #window: GreyWindow = WHOLE;
  #isLent = false;
  /** Called when its status or its reading is another. */
  onChange: () => void = () => {};
  readonly #file: File;
  readonly #problem: FileReason | null;
  readonly #reader: Reader;
  readonly #site: Site;
  readonly #words: Words;

  constructor(
    { file, problem }: Given, reader: Reader, site: Site, words: Words, template: HTMLTemplateElement, point: OperatingPoint | null,
  ) {
    this.#file = file;
    this.#problem = problem;
    this.#point = point;
    this.#reader = reader;
    this.#site = site;
    this.#words = words;
    this.element = (template.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
    this.element.dataset["file"] = file.name;
    this.#part(".file").textContent = file.name;
    this.#part("button.remove").setAttribute("aria-label", words.say("remove-film", { file: file.name }));
    this.#showModel();
    this.show("queued");
  }

  get status(): Status {
    return this.#status;
  }

  /** At the chosen operating point; null unless it was read. */
  get reading(): Decided | null {
    return this.#status === "done" ? this.#atPoint() : null;
  }

  /** Of the positive class; null unless it was read. */
  get probability(): number | null {
    return this.reading?.probability ?? null;
  }

  /** What exports say of it. */
  get film(): Film {
    return {
      file: this.element.dataset["file"]!, status: this.#status, finding: this.#atPoint(), date: this.#date,
      message: this.#part(".verdict").textContent,
    };
  }

  /** Its result as a few lines of text. */
  get text(): string {
    const lines = [".file", ".verdict", ".operating-point", ".caution", ".provenance"].map((part) => this.element.querySelector(part)?.textContent);
    const classes = this.#atPoint()?.reason === null ? this.#words.percentages(this.finding!) : [];
    lines.splice(2, 0, ...classes.map(({ className, text }) => `${this.#words.labelOf(className)}: ${text}`));
    return lines.filter((line) => line !== undefined && line !== "").join("\n");
  }

  show(status: "queued" | "running" | "cancelled"): void {
    this.#setStatus(status);
    this.#part(".verdict").textContent = this.#words.say(status);
  }

  /** Waits to be read once more; with `anyway` also if it would be refused. */
  reset(anyway = this.#anyway): void {
    this.#anyway = anyway;
    this.finding = null;
    this.#date = null;
    const { dataset, classList } = this.element;
    for (const key of ["label", "probability", "oodScore", "zone", "reason", "overridden"]) delete dataset[key];
    classList.remove("is-positive");
    for (const part of [".classes", ".operating-point", ".notes", ".details", ".provenance"]) this.#part(part).replaceChildren();
    this.#showModel();
    this.show("queued");
  }

  focus(): void {
    this.#part(".file").focus({ preventScroll: true });
  }

  async run(signal: AbortSignal): Promise<void> {
    if (this.#problem !== null) return this.#showFailure(this.#problem);
    try {
      this.#showFinding(await this.#reader.read(this.#file, this.#anyway, signal));
    } catch (error) {
      if (signal.aborted) throw error;
      this.#showFailure("engine-failed");
    }
  }

  /** Makes what is heavy: called when it comes near the view. */
  mount(): void {
    if (this.viewer !== null) return;
    const viewer = new Viewer(
      this.#file.name, this.#window, this.#words, (window) => this.#reader.preview(this.#file, window), (tool) => this.onPageTool(tool),
    );
    this.viewer = viewer;
    this.#part("figure").append(viewer.element);
    viewer.image.onload = () => {
      this.element.classList.remove("without-picture");
      viewer.setRatio();
      this.#part("figure").style.setProperty("--ratio", String(viewer.image.naturalWidth / viewer.image.naturalHeight));
    };
    viewer.image.onerror = () => void this.#showPreview(viewer);
    viewer.image.src = URL.createObjectURL(this.#file);
  }

  /** Lets go of it again: called when it is far from the view, or removed. */
  unmount(): void {
    if (this.viewer === null || this.#isLent) return;
    this.#window = this.viewer.window;
    this.viewer.release();
    this.viewer.element.remove();
    this.viewer = null;
  }

  /** Gives its viewer to the full view; its place on the page keeps its size. */
  lendViewer(): Viewer {
    const figure = this.#part("figure");
    figure.style.setProperty("min-block-size", `${figure.offsetHeight}px`);
    this.#isLent = true;
    return this.viewer!;
  }

  takeViewerBack(): void {
    const figure = this.#part("figure");
    figure.append(this.viewer!.element);
    figure.style.removeProperty("min-block-size");
    this.#isLent = false;
    this.viewer!.moved();
  }

  /** Shows or hides the heat map, which is computed when it is first asked for. */
  async showHeatMap(wanted: boolean): Promise<void> {
    this.viewer?.wantHeatMap(wanted);
    if (!wanted || this.viewer === null || this.#status !== "done") return;
    this.#heatMap ??= this.#reader.heatMap(this.#file);
    const map = await this.#heatMap.catch(() => null);
    if (map !== null && this.finding !== null) this.viewer?.showHeatMap(map, this.finding, this.#site.view);
  }

  /** Reads it at another operating point. */
  decideAt(point: OperatingPoint | null): void {
    this.#point = point;
    if (this.#status !== "done") return;
    this.#showReading(this.#atPoint()!);
    this.onChange();
  }

  /** Forgets what a model said of it, so that nothing passes for the word of the one chosen since. `reset` is to follow soon. */
  forget(point: OperatingPoint | null): void {
    this.#point = point;
    this.finding = null;
    this.#date = null;
    this.#heatMap = null;
    this.#status = this.element.dataset["status"] = "queued";
    this.viewer?.wantHeatMap(false);
  }

  #showModel(): void {
    this.#part(".travel").textContent = this.#site.travel.join(" ");
    this.#part(".caution").textContent = this.#site.disclaimer;
  }

  /** Makes what a printer needs and a screen would only make when it is scrolled to. */
  async prepareToPrint(withHeatMap: boolean): Promise<void> {
    this.mount();
    await this.viewer!.image.decode().catch(() => {}); // no picture here: the page says so already
    if (withHeatMap) await this.showHeatMap(true);
  }

  /** Called when the browser cannot show the file. */
  async #showPreview(viewer: Viewer): Promise<void> {
    viewer.image.onerror = null;
    this.element.classList.add("without-picture");
    const preview = await this.#reader.preview(this.#file).catch(() => null);
    if (preview === null || this.viewer !== viewer) return;
    URL.revokeObjectURL(viewer.image.src);
    viewer.image.src = URL.createObjectURL(preview);
  }

  #showFinding(finding: Finding): void {
    this.finding = finding;
    this.#date = new Date();
    if (finding.status === "error") return this.#showFailure(finding.reason ?? "unreadable");
    const { element } = this;
    if (finding.ood_score !== null) element.dataset["oodScore"] = String(finding.ood_score);
    if (finding.reason === null) this.#showReading(this.#atPoint()!);
    else {
      element.dataset["reason"] = finding.reason;
      this.#part(".verdict").textContent = this.#words.messageOf(this.#atPoint()!);
    }
    this.#part(".provenance").textContent = this.#words.say("provenance", {
      model: this.#site.model, sha256: this.#site.model_sha256.slice(0, 16), precision: this.#site.precision,
      backend: this.#words.say(`backend-${finding.backend}`), version: this.#site.version, date: this.#words.date(this.#date),
    });
    this.#part(".details").textContent = this.#words.say("details", {
      width: finding.width!,
      height: finding.height!,
      milliseconds: Math.round(finding.milliseconds),
      backend: this.#words.say(`backend-${finding.backend}`),
    });
    const notes = [];
    if (finding.overridden) notes.push(this.#words.say("overridden"));
    if (finding.frames !== null && finding.frames > 1) notes.push(this.#words.say("first-frame", { n: finding.frames }));
    this.#part(".notes").textContent = notes.join(" ");
    if (finding.overridden) element.dataset["overridden"] = "";
    this.#setStatus(finding.status);
  }

  #showReading(finding: Decided): void {
    const { element } = this;
    element.dataset["label"] = finding.label!;
    element.dataset["probability"] = String(finding.probability!);
    if (finding.zone !== null) element.dataset["zone"] = finding.zone;
    element.classList.toggle("is-positive", finding.label === this.#site.positive_class);
    this.#part(".classes").replaceChildren(...classRows(finding, this.#point, this.#site, this.#words));
    this.#part(".verdict").textContent = this.#words.messageOf(finding);
    if (this.#point !== null) this.#part(".operating-point").textContent = this.#point.sentence;
  }

  #atPoint(): Decided | null {
    return this.finding === null ? null : { ...this.finding, ...decide(this.finding, this.#site, this.#point) };
  }

  #showFailure(reason: string): void {
    this.element.dataset["reason"] = reason;
    this.#part(".verdict").textContent = this.#words.say(reason);
    // Hardly one of these can be shown: room that a picture gives up again would move what stands below it.
    if (!this.viewer?.image.naturalWidth) this.element.classList.add("without-picture");
    this.#setStatus("error");
  }

  #setStatus(status: Status): void {
    this.#status = status;
    this.element.dataset["status"] = status;
    this.onChange();
  }

  #part<T extends HTMLElement>(selector: string): T {
    return this.element.querySelector<T>(selector)!;
  }
}

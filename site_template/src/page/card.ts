// The place of one film in the list: its picture, and what was read in it. All text from files goes in as text nodes.

import type { Turn } from "../shared/film.ts";
import type { HeatMap } from "../shared/protocol.ts";
import { setData } from "./dom.ts";
import type { Film, FilmContext } from "./film.ts";
import { later } from "./later/load.ts";
import { MarkView } from "./list/mark_view.ts";
import { drawState, ReadingView } from "./reading_view.ts";
import { WHOLE } from "./viewer/grey_window.ts";
import type { ForOthers } from "./viewer/presets.ts";
import type { PageTool } from "./viewer/tools.ts";
import { isTooLarge, notAsRead } from "./shown_file.ts";
import { Viewer } from "./viewer/viewer.ts";

export class Card {
  readonly element: HTMLElement;
  readonly film: Film;
  /** Called when a tool of its viewer is used that is the page's. */
  onPageTool: (tool: PageTool) => void = () => {};
  /** Its picture, while it is near the view. */
  viewer: Viewer | null = null;
  /** Its picture turned back as it is read, once that was made. */
  turnedPicture: Blob | null = null;
  /** What the viewer shows the picture through, kept while there is none. */
  #window: ForOthers = { window: WHOLE, preset: null, scale: null };
  #setsWindow = false;
  /** How what the viewer shows was turned back; null where it is as it came. */
  #turned: Turn | null = null;
  /** When its picture has been given to the viewer. */
  #shown: Promise<void> = Promise.resolve();
  #isLent = false;
  #wantsHeat = false;
  /** Whether a heat map by covering is wanted, and what stops its making. */
  #wantsCovering = false;
  #covering: AbortController | null = null;
  readonly #context: FilmContext;
  readonly #template: Element;
  readonly #isLight: boolean;
  /** Its words and controls; null while a light card is far from the view. */
  #view: ReadingView | null = null;
  #mark: MarkView | null = null;
  #isLeftOut = false;

  /** A light one is hardly more than its place while it is far from the view: for long lists. */
  constructor(film: Film, context: FilmContext, template: HTMLTemplateElement, isLight = false) {
    this.film = film;
    this.#context = context;
    this.#template = template.content.firstElementChild!;
    this.#isLight = isLight;
    this.element = this.#template.cloneNode(false) as HTMLElement;
    this.element.dataset["file"] = film.name;
    this.element.classList.toggle("is-light", isLight);
    if (isLight) this.draw();
    else this.fill();
  }

  /** Whether it is not among those that the visitor wants to see. */
  get isLeftOut(): boolean {
    return this.#isLeftOut;
  }

  set isLeftOut(isLeftOut: boolean) {
    this.#isLeftOut = isLeftOut;
    this.element.classList.toggle("is-left-out", isLeftOut);
  }

  /** Makes its words and controls. */
  fill(): void {
    if (this.#view !== null) return;
    this.element.style.containIntrinsicBlockSize = "";
    this.element.replaceChildren(...(this.#template.cloneNode(true) as Element).childNodes);
    this.#view = new ReadingView(this.element, this.#context);
    this.#mark = new MarkView(this.element, this.film);
    this.#part("button.remove").setAttribute("aria-label", this.#context.words.text("remove-film", { file: this.film.name }));
    this.draw();
  }

  /** Shows the film as it is now. */
  draw(): void {
    const { element, film } = this;
    const { status, reading, decided, reason } = film;
    drawState(element, film, this.#context.chosen);
    setData(element, "label", reading?.label ?? null);
    setData(element, "probability", reading === null ? null : String(reading.probability));
    setData(element, "oodScore", status === "error" || decided === null || decided.ood_score === null ? null : String(decided.ood_score));
    setData(element, "reason", reason);
    setData(element, "overridden", decided?.overridden === true ? "" : null);
    setData(element, "turn", film.turn);
    if (this.viewer !== null && this.viewer.image.naturalWidth > 0) void this.#turnBack(this.viewer);
    this.#view?.draw(film);
    this.#mark?.draw(film);
    // Hardly any of these can be shown: if the place of a picture shrank later, what is below would move.
    if (status === "error" && !this.viewer?.image.naturalWidth) element.classList.add("without-picture");
  }

  /** Forgets at once what a model found; the rest is drawn when the film is reset. */
  forget(): void {
    this.#uncover();
    this.film.forget();
    setData(this.element, "status", this.film.status);
  }

  /** Shows its picture through another film's window, now or when it is next looked at. */
  setWindow(window: ForOthers): void {
    this.#window = window;
    this.viewer?.setWindow(window);
  }

  focus(): void {
    this.fill();
    this.#part(".file").focus({ preventScroll: true });
  }

  /** Makes what is heavy: called when it comes near the view. */
  mount(waits = true): void {
    this.fill();
    if (this.viewer !== null) return;
    const viewer = new Viewer(
      this.film.name, this.#context.words, (window) => this.film.preview(window), (tool) => this.onPageTool(tool), () => this.film.scale(),
    );
    this.viewer = viewer;
    viewer.setWindow(this.#window);
    this.#part("figure").append(viewer.element);
    viewer.setsWindow = this.#setsWindow;
    viewer.image.onload = () => {
      void this.#turnBack(viewer);
      this.element.classList.remove("without-picture");
      viewer.setRatio();
      this.#part("figure").style.minHeight = "";
      this.#part("figure").style.setProperty("--ratio", String(viewer.image.naturalWidth / viewer.image.naturalHeight));
    };
    viewer.image.onerror = () => void this.#showPreview(viewer);
    this.#shown = this.#show(viewer, waits);
    if (this.#wantsCovering) void this.#cover();
  }

  /** How high it is, or its picture where its words stay: so high it is left, for what is read or focused below must not move. */
  get height(): number {
    return this.viewer === null ? 0 : (this.#isToEmpty ? this.element : this.#part("figure")).clientHeight;
  }

  /** Lets go of it again: called when it is far from the view, or removed. */
  unmount(height = this.height): void {
    if (this.viewer === null || this.#isLent) return;
    this.#covering?.abort();
    this.#window = this.viewer.kept;
    this.#setsWindow = this.viewer.setsWindow;
    this.viewer.release();
    this.viewer.element.remove();
    this.viewer = null;
    if (!this.#isToEmpty) return void (this.#part("figure").style.minHeight = `${height}px`);
    this.#empty(height > 0 ? `${height}px` : "");
  }

  /** No height: where that changed, browsers would not keep what is in view in its place. */
  #empty(size: string): void {
    this.#view = this.#mark = null;
    this.element.replaceChildren();
    if (size !== "") this.element.style.containIntrinsicBlockSize = size;
  }

  /** Makes its words for as long as is printed; returns what takes them back. */
  fillForPaper(): () => void {
    if (this.#view !== null) return () => {};
    const size = this.element.style.containIntrinsicBlockSize;
    this.fill();
    return () => void (this.viewer === null && this.#isToEmpty && this.#empty(size));
  }

  /** What has the focus stays. */
  get #isToEmpty(): boolean {
    return this.#isLight && !this.element.contains(document.activeElement);
  }

  /** Lends its viewer to the full view; its place on the page keeps its size. */
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

  /** Shows or hides the heat map, which is computed when it is first wanted. */
  async showHeatMap(wanted: boolean): Promise<void> {
    this.#uncover();
    this.#wantsHeat = wanted;
    this.viewer?.wantHeatMap(wanted);
    this.viewer?.showCovering(null);
    if (!wanted || this.viewer === null || this.film.status !== "done") return;
    try {
      await this.#drawHeat(await this.film.heatMap());
    } catch (error) {
      if (!isAbort(error)) this.viewer?.sayHeatMapFailed();
    }
  }

  /** For a model whose graph has no heat map: makes this film's by covering it bit by bit; stops that, or takes the map away again. */
  toggleCovering(): void {
    if (this.#wantsCovering) this.#uncover();
    else void this.#cover();
  }

  async #cover(): Promise<void> {
    const { viewer, film } = this;
    if (viewer === null || film.status !== "done") return;
    this.#wantsCovering = true;
    const covering = (this.#covering = new AbortController());
    const { signal } = covering;
    viewer.wantHeatMap(true);
    viewer.showCovering(0);
    try {
      const map = await film.heatMap({ signal, onShare: (share) => signal.aborted || viewer.showCovering(share) });
      if (signal.aborted || film.reading === null) return;
      viewer.showCovering(1, map.class_name);
      await this.#drawHeat(map, signal);
    } catch (error) {
      if (signal.aborted || this.#covering !== covering) return;
      this.#uncover();
      if (!isAbort(error)) this.viewer?.sayHeatMapFailed();
    }
  }

  async #drawHeat(map: HeatMap, signal?: AbortSignal): Promise<void> {
    const { site, chosen, words } = this.#context;
    const { drawHeat } = await later(site);
    const { reading } = this.film;
    if (reading === null || signal?.aborted === true || !(this.#wantsHeat || this.#wantsCovering)) return;
    this.viewer?.showHeatMap((canvas) => drawHeat(canvas, map, { reading, sought: chosen.sought, view: chosen.current.view }, words));
  }

  #uncover(): void {
    if (!this.#wantsCovering) return;
    this.#wantsCovering = false;
    this.#covering?.abort();
    this.viewer?.wantHeatMap(false);
    this.viewer?.showCovering(null);
  }

  /** Makes what a printer needs and a screen would only make when it is scrolled to. */
  async prepareToPrint(withHeatMap: boolean): Promise<void> {
    this.mount(false);
    await this.#shown;
    await this.viewer!.image.decode().catch(() => {}); // no picture: the card shows that already
    if (withHeatMap) await this.showHeatMap(true);
  }

  /** Shows the picture as it is read. */
  async #turnBack(viewer: Viewer): Promise<void> {
    const { turn } = this.film;
    if (turn === null || turn === this.#turned) return;
    this.#turned = turn;
    const turned = await later(this.#context.site).then(({ turnedBack }) => turnedBack(viewer.image, turn)).catch(() => null);
    this.turnedPicture = turned;
    if (turned === null || this.viewer !== viewer) return;
    give(viewer, turned);
  }

  /** The small picture of a film that is read soon, else its file. */
  async #show(viewer: Viewer, waits: boolean): Promise<void> {
    this.#turned = null;
    const isLarge = await isTooLarge(this.film.file);
    if (this.viewer !== viewer) return;
    if (isLarge) return void this.element.classList.add("without-picture");
    const shown = waits ? await this.film.shownSoon() : this.film.shown;
    if (this.viewer !== viewer) return;
    if (shown !== null) {
      viewer.longest = shown.longest;
      viewer.onCloser = () => void this.#showWhole(viewer);
      give(viewer, shown.picture);
      if (!shown.isGrey) void viewer.lookAtColours(shown.picture);
      return;
    }
    give(viewer, this.film.file);
    void viewer.lookAtColours(this.film.file);
    void this.#showTurned(viewer);
  }

  /** Instead of the small picture. */
  async #showWhole(viewer: Viewer): Promise<void> {
    viewer.onCloser = () => {};
    const { film } = this;
    const preview = await film.preview().catch(() => null);
    const whole = preview ?? (await this.#turnedFile()) ?? film.file;
    if (this.viewer !== viewer) return;
    this.#turned = preview === null ? null : film.turn;
    give(viewer, whole);
  }

  /** Called when the browser cannot show the file. */
  async #showPreview(viewer: Viewer): Promise<void> {
    viewer.image.onerror = null;
    this.element.classList.add("without-picture");
    const preview = await this.film.preview().catch(() => null);
    if (preview === null || this.viewer !== viewer) return;
    this.#turned = this.film.turn;
    give(viewer, preview);
    void viewer.lookAtColours(preview);
  }

  /** Where the browser shows the file otherwise than it is read. */
  async #showTurned(viewer: Viewer): Promise<void> {
    const turned = await this.#turnedFile();
    if (turned === null || this.viewer !== viewer) return;
    this.#turned = null;
    give(viewer, turned);
  }

  async #turnedFile(): Promise<Blob | null> {
    try {
      const bytes = await notAsRead(this.film.file);
      return bytes === null ? null : await (await later(this.#context.site)).turnedPicture(bytes);
    } catch {
      return null;
    }
  }

  #part<T extends HTMLElement>(selector: string): T {
    return this.#view!.part<T>(selector);
  }
}

function give(viewer: Viewer, picture: Blob): void {
  URL.revokeObjectURL(viewer.image.src);
  viewer.image.src = URL.createObjectURL(picture);
}

/** Whether something was given up because nobody wants it any more. */
function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

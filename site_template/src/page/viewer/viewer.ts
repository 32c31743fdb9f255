// The picture of one film, made when the film is near the view: zoom, pan, window, black for white, heat map on top.

import { GREY_LEVELS, type GreyWindow, type Scale } from "../../shared/grey_window.ts";
import type { Words } from "../words.ts";
import { actualScale, FITTED, panned, within, zoomed, type Place, type Point, type Space } from "./geometry.ts";
import { listenToGestures, type Gestured } from "./gestures.ts";
import { changed, showThrough, WHOLE } from "./grey_window.ts";
import { listenToKeys } from "./keys.ts";
import { FullDepth, type DrawThrough } from "./full_depth.ts";
import { isInColour } from "./in_colour.ts";
import { forOthers, limitsOf, rounded, seenAs, type ForOthers } from "./presets.ts";
import { Tools, type PageTool, type Tool } from "./tools.ts";

const ZOOM_STEP = 1.25;
/** What a double click makes of a fitted film. */
const NEARER = 2.5;
const PAN_STEP = 60;
/** Grey levels for one key, and for one pixel of a drag. */
const WINDOW_STEP = 8;
const DRAGGED_LEVELS = 0.6;

/** What is seen of a film, for another to be seen alike: its place in shares of its own size. */
export interface Seen extends Place {
  readonly window: ForOthers;
}

export class Viewer implements Gestured {
  /** Called when something else is seen of the film. */
  onSeen: () => void = () => {};
  /** Called when more is to be seen of the film than a smaller picture has. */
  onCloser: () => void = () => {};
  /** Pixels of the film's own longer side, where its picture may be smaller. */
  longest = 0;
  readonly element: HTMLElement;
  readonly image: HTMLImageElement;
  readonly #stage: HTMLElement;
  readonly #film: HTMLElement;
  readonly #canvas: HTMLCanvasElement;
  readonly #legend: HTMLElement;
  readonly #readout: HTMLElement;
  readonly #words: Words;
  readonly #tools: Tools;
  readonly #filter: SVGFilterElement;
  readonly #fullDepth: FullDepth;
  readonly #onPageTool: (tool: PageTool) => void;
  // A fitted film fits at any size: nothing is touched, or rows that come into view set off a loop of resizing.
  readonly #observer = new ResizeObserver(() => {
    if (!this.#isFitted) this.#move(this.#place);
  });
  #place: Place = FITTED;
  #window: GreyWindow;
  readonly #askScale: () => Promise<Scale | null>;
  #scale = GREY_LEVELS;
  #isScaleKnown = false;
  #asking: Promise<void> | null = null;
  /** Another film's, while nothing else was chosen here. */
  #given: ForOthers | null = null;
  /** Whether it shows the same part of its own window as that one, for their values are not the same. */
  #isPart = false;
  /** A colour photograph has no greys to be seen through a window. */
  #isInColour = false;
  #dragsWindow = false;

  constructor(file: string, words: Words, draw: DrawThrough, onPageTool: (tool: PageTool) => void, scale: () => Promise<Scale | null>) {
    const template = document.querySelector<HTMLTemplateElement>("#viewer-template")!;
    this.element = (template.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
    this.#stage = this.element.querySelector<HTMLElement>(".stage")!;
    this.#film = this.element.querySelector<HTMLElement>(".film")!;
    this.image = this.element.querySelector("img")!;
    this.#fullDepth = new FullDepth(this.image, draw);
    this.#canvas = this.element.querySelector("canvas")!;
    this.#legend = this.element.querySelector<HTMLElement>(".heat-legend")!;
    this.#readout = this.element.querySelector<HTMLElement>(".readout")!;
    this.#words = words;
    this.#window = WHOLE;
    this.#onPageTool = onPageTool;
    this.#askScale = scale;
    this.#filter = this.element.querySelector("filter")!;
    this.#filter.id = `window-${Math.random().toString(36).slice(2)}`;
    this.#tools = new Tools(this.element, words, (tool) => this.#use(tool), (next) => this.#look({ ...this.#window, ...next }));
    this.image.alt = words.text("film-alt", { file });
    this.#stage.ariaLabel = words.text("viewer-said", { file });
    listenToGestures(this.#stage, this);
    listenToKeys(this.element, this.#stage, {
      use: (tool) => this.#use(tool), arrow: (direction) => this.#arrow(direction), stepWindow: (direction) => this.#stepWindow(direction),
    });
    this.#observer.observe(this.#stage);
    this.#look(WHOLE);
  }

  /** What it shows its film through, for itself when it is made anew. */
  get kept(): ForOthers {
    return this.#given ?? { window: this.#window, preset: null, scale: null };
  }

  /** The same for every other film. */
  get forOthers(): ForOthers {
    return forOthers(this.#window, this.#scale);
  }

  /** Says something beside the window. */
  note(text: string): void {
    this.element.querySelector(".window-note")!.textContent = text;
  }

  get seen(): Seen {
    const { width, height } = this.#space.film;
    const { scale, x, y } = this.#place;
    return { scale, x: x / width, y: y / height, window: this.forOthers };
  }

  see({ scale, x, y, window }: Seen): void {
    const { width, height } = this.#space.film;
    this.#move({ scale, x: x * width, y: y * height });
    this.setWindow(window);
  }

  get drags(): "film" | "window" | "nothing" {
    if (this.#dragsWindow) return "window";
    return this.#isFitted ? "nothing" : "film";
  }

  /** Whether it has the sliders of its window, and drags change it. */
  get setsWindow(): boolean {
    return this.#dragsWindow;
  }

  set setsWindow(sets: boolean) {
    if (sets !== this.#dragsWindow) this.#use("window");
  }

  get takesWheel(): boolean {
    return this.#isFull || this.element.contains(document.activeElement);
  }

  get isSmallest(): boolean {
    return this.#place.scale <= Math.min(1, actualScale(this.#space));
  }

  zoom(factor: number, point?: Point): void {
    this.#move(zoomed(this.#space, this.#place, this.#place.scale * factor, point));
  }

  pan(by: Point): void {
    this.#move(panned(this.#space, this.#place, by));
  }

  /** To the right wider, down brighter levels in the middle, as workstations have it. */
  moveWindow(by: Point): void {
    this.#change({ width: by.x * DRAGGED_LEVELS, level: by.y * DRAGGED_LEVELS * Math.sign(this.#scale.perLevel) });
  }

  /** Shows it through another film's window, at once in levels of its own one, and when its values are known in those where they mean the same. */
  setWindow(given: ForOthers): void {
    if (this.#isInColour) return;
    const show = (scale: Scale | null): void => {
      const { window, isPart } = seenAs(given, scale);
      this.#look(window, given, isPart);
    };
    show(this.#isScaleKnown ? this.#scale : null);
    if (this.#isScaleKnown || (given.preset !== "window-full" && given.scale === null)) return;
    void this.#knowScale().then(() => {
      if (this.#given !== given || !this.#isScaleKnown) return;
      const { onSeen } = this;
      this.onSeen = () => {}; // it was seen: who follows this one need not
      show(this.#scale);
      this.onSeen = onSeen;
    });
  }

  /** To be called with its first picture, unless that is known to be grey: looks whether it is in colour, beside the page's own work. */
  async lookAtColours(picture: Blob): Promise<void> {
    this.#isInColour = await isInColour(picture);
    this.element.classList.toggle("is-in-colour", this.#isInColour);
    if (this.#isInColour && !this.#isWhole) this.#look({ ...WHOLE, inverted: this.#window.inverted });
  }

  nearer(point: Point): void {
    this.#move(this.#isFitted ? zoomed(this.#space, this.#place, NEARER, point) : FITTED);
  }

  focus(): void {
    this.#stage.focus({ preventScroll: true });
  }

  /** To be called when it has come into the full view, or back. */
  moved(): void {
    this.#tools.press("full", this.#isFull);
    this.#move(FITTED);
  }

  /** To be called when the image is there. */
  setRatio(): void {
    const { naturalWidth, naturalHeight } = this.image;
    this.element.style.setProperty("--ratio", String(naturalWidth / naturalHeight));
    this.#move(this.#place);
  }

  /** Lets go of the picture. */
  release(): void {
    this.image.onload = this.image.onerror = null;
    URL.revokeObjectURL(this.image.src);
    this.image.removeAttribute("src");
    this.#fullDepth.release();
    this.#canvas.width = this.#canvas.height = 0;
    this.#observer.disconnect();
  }

  /** Whether a heat map is wanted; the tool shows it even before there is one. */
  wantHeatMap(wanted: boolean): void {
    this.#tools.press("heatmap", wanted);
    if (!wanted) this.#canvas.hidden = this.#legend.hidden = true;
  }

  /** The share of a heat map by covering that is done; null where none is wanted. One that is shown speaks of a class. */
  showCovering(share: number | null, className: string | null = null): void {
    const part = this.element.querySelector<HTMLElement>(".covering")!;
    part.hidden = share === null;
    part.classList.toggle("is-running", className === null);
    part.querySelector(".covered")!.textContent = className === null ? "" : this.#words.text("covered", { label: this.#words.labelOf(className) });
    part.querySelector("progress")!.value = share ?? 0;
  }

  /** Where a heat map could not be made. */
  sayHeatMapFailed(): void {
    this.showCovering(0, "");
    this.element.querySelector(".covered")!.textContent = this.#words.text("heatmap-failed");
    this.#tools.press("heatmap", false);
  }

  /** `draw` draws it and gives what is to be said of it. */
  showHeatMap(draw: (canvas: HTMLCanvasElement) => string): void {
    const said = draw(this.#canvas);
    this.#canvas.hidden = this.#legend.hidden = false;
    this.#legend.querySelector(".heat-said")!.textContent = said;
  }

  get #isFull(): boolean {
    return this.element.closest("dialog") !== null;
  }

  /** Whether nothing of the film's greys is cut off or drawn apart. */
  get #isWhole(): boolean {
    return this.#window.width === WHOLE.width && this.#window.level === WHOLE.level;
  }

  get #isFitted(): boolean {
    return this.#place.scale === 1;
  }

  get #space(): Space {
    const { clientWidth: width, clientHeight: height } = this.#stage;
    const film = { width: Math.max(1, this.#film.offsetWidth), height: this.#film.offsetHeight };
    return { stage: { width, height }, film, pixels: this.image.naturalWidth * this.#times, density: devicePixelRatio };
  }

  /** How many times as wide the film is as its picture. */
  get #times(): number {
    const { naturalWidth, naturalHeight } = this.image;
    return Math.max(1, this.longest / Math.max(1, naturalWidth, naturalHeight));
  }

  #lookCloser(): void {
    if (this.#times > 1 && (!this.#isFitted || !this.#isWhole || this.#isFull)) this.onCloser();
  }

  #use(tool: Tool): void {
    switch (tool) {
      case "zoom-in":
        return this.zoom(ZOOM_STEP);
      case "zoom-out":
        return this.zoom(1 / ZOOM_STEP);
      case "fit":
        return this.#move(FITTED);
      case "actual":
        return this.#move(zoomed(this.#space, this.#place, actualScale(this.#space)));
      case "window":
        if (this.#isInColour) return;
        void this.#knowScale();
        this.#dragsWindow = !this.#dragsWindow;
        this.#tools.press("window", this.#dragsWindow);
        return this.#move(this.#place);
      case "invert":
        return this.#look({ ...this.#window, inverted: !this.#window.inverted });
      case "reset":
        this.#move(FITTED);
        return this.#look(WHOLE);
      case "heatmap":
      case "full":
      case "keys":
      case "window-all":
        return this.#onPageTool(tool);
    }
  }

  /** Whether there is anywhere to go: not where all of the film is seen that way. */
  #arrow({ x, y }: Point): boolean {
    const { stage, film } = this.#space;
    const { scale } = this.#place;
    if (x === 0 ? film.height * scale <= stage.height : film.width * scale <= stage.width) return false;
    this.pan({ x: x * PAN_STEP, y: y * PAN_STEP });
    return true;
  }

  #stepWindow({ x, y }: Point): void {
    this.#change({ width: x * WINDOW_STEP, level: y * WINDOW_STEP });
  }

  #move(place: Place): void {
    this.#place = within(this.#space, place);
    const { x, y, scale } = this.#place;
    this.#film.style.transform = this.#isFitted ? "" : `translate(${x}px, ${y}px) scale(${scale})`;
    this.element.classList.toggle("takes-touch", this.drags !== "nothing");
    this.element.dataset["drags"] = this.drags;
    this.#lookCloser();
    this.#showReadout();
    this.onSeen();
  }

  #change(by: { readonly width: number; readonly level: number }): void {
    if (!this.#isInColour) this.#look(changed(this.#window, by, limitsOf(this.#scale)));
  }

  /** The file's own values are only looked at when someone wants to know. */
  #knowScale(): Promise<void> {
    return (this.#asking ??= this.#learnScale());
  }

  async #learnScale(): Promise<void> {
    const scale = await this.#askScale().catch(() => null);
    if (scale === null) return;
    this.#isScaleKnown = true;
    this.#scale = scale;
    if (scale === GREY_LEVELS) return;
    this.#tools.setScale(scale);
    this.#tools.showWindow(this.#window);
    this.#showReadout();
  }

  #look(window: GreyWindow, given: ForOthers | null = null, isPart = false): void {
    this.#window = window;
    this.#given = given;
    this.#isPart = isPart;
    if (!this.#isWhole) void this.#knowScale();
    showThrough(window, this.image, this.#filter);
    this.#fullDepth.show(this.#isWhole ? null : window);
    this.#tools.press("invert", window.inverted);
    this.#tools.showWindow(window);
    this.#lookCloser();
    this.#showReadout();
    this.onSeen();
  }

  /** What differs from the film as it came. */
  #showReadout(): void {
    const parts = [];
    const { width, level } = this.#window;
    const { at0, perLevel } = this.#scale;
    if (!this.#isFitted) parts.push(this.#words.text("percent", { value: Math.round((100 * this.#place.scale) / actualScale(this.#space)) }));
    if (!this.#isWhole) {
      parts.push(this.#words.text("window-said", { width: rounded(width * Math.abs(perLevel), perLevel), level: rounded(at0 + level * perLevel, perLevel) }));
    }
    if (this.#isPart && !this.#isWhole) parts.push(this.#words.text("window-part"));
    if (this.#window.inverted) parts.push(this.#words.text("inverted-said"));
    this.#readout.textContent = parts.join(" · ");
  }
}

// The list of films: adds cards, drives the queue's buttons and the heat maps, and announces what was read.

import type { Site } from "../shared/site.ts";
import { Card } from "./card.ts";
import type { Given } from "./intake.ts";
import type { OperatingPoints } from "./numbers/operating_points.ts";
import { HeatMapControl } from "./heat_map_control.ts";
import { Exports } from "./out/exports.ts";
import type { Film } from "./out/record.ts";
import { Queue } from "./queue.ts";
import type { Reader } from "./reader.ts";
import { aMoment } from "./start_worker.ts";
import { FullView } from "./viewer/full_view.ts";
import type { PageTool } from "./viewer/tools.ts";
import type { Words } from "./words.ts";

/** Cards made in one go; more would hold up the page's thread. */
const CARDS_AT_ONCE = 12;
/** Within a screen's height of the view. */
const NEAR = "100% 0px";
/** Up to so many films each reading is announced; beyond that only the sum. */
const ANNOUNCED_SINGLY = 3;

const byId = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;

export class Readings {
  readonly #site: Site;
  readonly #words: Words;
  readonly #reader: Reader;
  readonly #list = byId<HTMLOListElement>("readings");
  readonly #template = byId<HTMLTemplateElement>("reading-template");
  readonly #start = byId<HTMLButtonElement>("start");
  readonly #stop = byId<HTMLButtonElement>("stop");
  readonly #heatMaps = new HeatMapControl();
  readonly #fullView = new FullView({
    neighbour: (card, step) => this.#neighbour(card, step),
    mount: (card) => this.#mount(card),
    left: (card) => this.#near.has(card) || card.unmount(),
  });
  readonly #keys = byId<HTMLDialogElement>("viewer-keys");
  readonly #summary = byId("summary");
  readonly #announcement = byId("announcement");
  readonly #points: OperatingPoints;
  readonly #exports: Exports;
  readonly #queue = new Queue(() => this.#update());
  readonly #cards = new Map<Element, Card>();
  readonly #near = new Set<Card>();
  readonly #observer = new IntersectionObserver((entries) => this.#scrolled(entries), { rootMargin: NEAR });
  #announced = 0;

  constructor(site: Site, words: Words, reader: Reader, points: OperatingPoints) {
    this.#site = site;
    this.#points = points;
    this.#words = words;
    this.#reader = reader;
    this.#exports = new Exports(site, words, this.#list, this.#cards, () => this.#heatMaps.shown);
    points.onChange = () => void this.#decideAgain();
    this.#start.addEventListener("click", () => this.#queue.start());
    this.#stop.addEventListener("click", () => this.#queue.stop());
    this.#heatMaps.onChange = () => {
      for (const card of this.#cards.values()) void card.showHeatMap(this.#heatMaps.shown);
    };
  }

  async add(given: readonly Given[]): Promise<void> {
    if (given.length === 0) return;
    document.body.classList.add("has-readings");
    for (let first = 0; first < given.length; first += CARDS_AT_ONCE) {
      const cards = given
        .slice(first, first + CARDS_AT_ONCE)
        .map((one) => new Card(one, this.#reader, this.#site, this.#words, this.#template, this.#points.chosen));
      this.#list.append(...cards.map((card) => card.element));
      for (const card of cards) {
        this.#cards.set(card.element, card);
        this.#observer.observe(card.element);
        card.onReadAnyway = () => this.#queue.add([card]);
        card.onPageTool = (tool) => this.#use(tool, card);
      }
      this.#queue.add(cards);
      await aMoment();
    }
  }

  /** Films, a few at a time, read at the operating point that was chosen; another choice meanwhile takes over. */
  async #decideAgain(): Promise<void> {
    const point = this.#points.chosen;
    const cards = [...this.#cards.values()];
    for (let first = 0; first < cards.length && this.#points.chosen === point; first += CARDS_AT_ONCE) {
      for (const card of cards.slice(first, first + CARDS_AT_ONCE)) card.decideAt(point);
      await aMoment();
    }
  }

  /** What exports and bug reports say of every film. */
  get films(): Film[] {
    return [...this.#cards.values()].map((card) => card.film);
  }

  #scrolled(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      const card = this.#cards.get(target);
      if (card === undefined) continue;
      if (isIntersecting) {
        this.#near.add(card);
        this.#mount(card);
      } else {
        this.#near.delete(card);
        card.unmount();
      }
    }
  }

  #use(tool: PageTool, card: Card): void {
    if (tool === "full") this.#fullView.toggle(card);
    else if (tool === "heatmap") this.#heatMaps.toggle();
    else this.#keys.showModal();
  }

  #mount(card: Card): void {
    card.mount();
    if (this.#heatMaps.shown) void card.showHeatMap(true);
  }

  /** The film before or after another one in the list, ready to be shown. */
  #neighbour(card: Card, step: 1 | -1): Card | null {
    const element = step === 1 ? card.element.nextElementSibling : card.element.previousElementSibling;
    return (element === null ? undefined : this.#cards.get(element)) ?? null;
  }

  #update(): void {
    this.#start.disabled = !this.#queue.canStart;
    this.#stop.disabled = !this.#queue.canStop;
    const cards = [...this.#cards.values()];
    const finished = cards.filter(({ status }) => status === "done" || status === "refused" || status === "error");
    this.#summary.textContent = this.#words.say("summary", { finished: finished.length, films: cards.length });
    if (this.#heatMaps.shown) for (const card of this.#near) void card.showHeatMap(true);
    this.#exports.enable(finished.length > 0);
    this.#announce(finished);
  }

  #announce(finished: readonly Card[]): void {
    const news = finished.length - this.#announced;
    if (news < 0) this.#announced = finished.length; // one is read again
    if (news <= 0 || !(this.#queue.idle || this.#cards.size <= ANNOUNCED_SINGLY)) return;
    this.#announced = finished.length;
    const sum = this.#words.say("announce-sum", { n: finished.length });
    const last = finished.at(-1)!.element;
    const single = `${last.dataset["file"] ?? ""}: ${last.querySelector(".verdict")?.textContent ?? ""}`;
    this.#announcement.textContent = news === 1 && this.#cards.size <= ANNOUNCED_SINGLY ? single : sum;
  }
}

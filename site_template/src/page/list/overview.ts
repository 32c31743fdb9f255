// The strip above the films: how far the queue is, how many films were read as what (each count shows those alone), the latest.

import type { Site } from "../../shared/site.ts";
import type { ChosenModel } from "../chosen_model.ts";
import { byId, setText } from "../dom.ts";
import type { Words } from "../words.ts";
import type { Announced } from "./announcer.ts";
import type { FilmList } from "./film_list.ts";
import type { Group, Tally } from "./tally.ts";

/** Below so many films the counts would add nothing to the films themselves. */
const MANY = 3;

/** What a count shows alone. */
type Shown = Group | "starred" | null;

interface Count {
  readonly label: string;
  readonly element: HTMLLabelElement;
  readonly input: HTMLInputElement;
  readonly number: HTMLElement;
}

export class Overview {
  /** Called when other films shall be shown: those of one group, or all. */
  onChoose: (group: Shown) => void = () => {};
  /** Called when the latest film shall be shown. */
  onJump: () => void = () => {};
  readonly #chosen: ChosenModel;
  readonly #words: Words;
  readonly #strip = byId("overview");
  readonly #area = this.#strip.closest(".results")!;
  readonly #summary = byId("summary");
  readonly #progress = byId<HTMLProgressElement>("progress");
  readonly #latest = byId("latest");
  readonly #latestButton = this.#latest.querySelector("button")!;
  readonly #counts: ReadonlyMap<Shown, Count>;

  constructor(site: Site, chosen: ChosenModel, words: Words) {
    this.#chosen = chosen;
    this.#words = words;
    const groups: [Shown, string][] = [
      [null, words.text("group-all")],
      ...site.classes.map(({ name }): [Group, string] => [`class:${name}`, words.likeness(name)]),
      ["indeterminate", words.text("indeterminate")],
      ["refused", words.text("group-refused")],
      ["failed", words.text("group-failed")],
      ["waiting", words.text("group-waiting")],
      ["starred", words.text("group-starred")],
    ];
    this.#counts = new Map(groups.map(([group, label]) => [group, this.#count(group, label)]));
    byId("counts").append(...[...this.#counts.values()].map(({ element }) => element));
    // Of the root alone: a property that is inherited would have every film styled anew.
    new ResizeObserver(() => (document.documentElement.style.scrollPaddingBlockStart = `calc(${this.#strip.offsetHeight}px + 1rem)`)).observe(this.#strip);
    this.#latestButton.addEventListener("click", () => this.onJump());
  }

  /** `secondsLeft` is null while that is not known. */
  show({ tally, starred }: Pick<FilmList, "tally" | "starred">, latest: Announced | null, secondsLeft: number | null): void {
    const { films, finished } = tally;
    const duration = secondsLeft === null ? "" : this.#words.duration(secondsLeft);
    const summary = { finished, films, duration };
    setText(this.#summary, duration === "" ? this.#words.text("summary", summary) : this.#words.text("summary-left", summary));
    this.#strip.classList.toggle("is-done", finished === films);
    this.#progress.hidden = finished === films;
    this.#progress.max = films;
    this.#progress.value = finished;
    this.#area.classList.toggle("is-short", films < MANY);
    for (const [group, { element, input, number }] of this.#counts) {
      const count = group === null ? films : group === "starred" ? starred : tally.count(group);
      setText(number, this.#words.number(count));
      element.hidden = count === 0 && !input.checked;
      element.classList.toggle("is-positive", this.#chosen.sought !== null && group === `class:${this.#chosen.sought}`);
    }
    this.#latest.hidden = latest === null || films < MANY;
    if (latest !== null) setText(this.#latestButton, this.#words.text("latest", { file: latest.name, message: latest.message }));
  }

  /** How many were read as what, in words. */
  counts(tally: Tally): string {
    const counts = [...this.#counts].flatMap(([group, { label }]) =>
      group === null || group === "starred" || tally.count(group) === 0 ? [] : [this.#words.text("announce-count", { label, count: tally.count(group) })],
    );
    return this.#words.list(counts);
  }

  showAll(): void {
    this.#counts.get(null)!.input.checked = true;
    this.onChoose(null);
  }

  #count(group: Shown, label: string): Count {
    const element = document.createElement("label");
    const input = document.createElement("input");
    const name = document.createElement("span");
    const number = document.createElement("span");
    element.className = "count";
    element.dataset["group"] = group?.startsWith("class:") ? "class" : (group ?? "all");
    Object.assign(input, { type: "radio", name: "shown", checked: group === null, autocomplete: "off" });
    input.addEventListener("change", () => this.onChoose(group));
    name.className = "count-name";
    name.textContent = label;
    number.className = "count-number";
    element.append(input, name, " ", number);
    return { label, element, input, number };
  }
}

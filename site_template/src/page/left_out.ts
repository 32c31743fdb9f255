// What came with the films and is none: one sentence, and a list by what it is. No file vanishes without a word.

import type { LeftOutFile } from "../shared/formats.ts";
import { byId } from "./dom.ts";
import type { LeftOut } from "./exports/record.ts";
import type { Words } from "./words.ts";

/** Of the files that are no pictures at all, in the sentence. */
const NAMES_SHOWN = 3;
const LONGEST_NAME = 40;
/** Kinds that have a word; any other is a modality's code. */
const WORDED = ["not-a-film", "DICOMDIR", "SR", "PDF", "PR", "RT", "waveform", "no-picture"];

export class LeftOutList {
  readonly #words: Words;
  readonly #list = byId<HTMLDetailsElement>("left-out");
  #files: LeftOutFile[] = [];
  /** Films that came along. */
  #films = 0;

  constructor(words: Words) {
    this.#words = words;
    this.#list.addEventListener("toggle", () => this.#fill());
  }

  get size(): number {
    return this.#files.length;
  }

  add(files: readonly LeftOutFile[], films: number): void {
    this.#files = this.#files.concat(files);
    this.#films += films;
  }

  /** Forgets all; gives what puts it back. */
  take(): () => void {
    const [files, films] = [this.#files, this.#films];
    this.#files = [];
    this.#films = 0;
    return () => {
      this.#files = files;
      this.#films = films;
    };
  }

  /** By kind, the most first. */
  counts(): LeftOut[] {
    const counts = new Map<string, number>();
    for (const { kind } of this.#files) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    return [...counts].map(([reason, files]) => ({ reason, files })).sort((a, b) => b.files - a.files);
  }

  /** The sentence; empty where nothing was left out. */
  said(): string {
    const said = this.#sentence();
    this.#list.hidden = said === "";
    this.#list.querySelector("summary")!.textContent = said;
    this.#fill();
    return said;
  }

  #sentence(): string {
    const files = this.#files.length;
    if (files === 0) return "";
    const counts = this.counts();
    if (counts.every(({ reason }) => reason === "not-a-film")) {
      const names = this.#files.slice(0, NAMES_SHOWN).map(({ name }) => shortened(name));
      if (files > NAMES_SHOWN) names.push("…");
      return this.#words.text("left-out", { files, names: names.join(", ") });
    }
    const kinds = counts.map(({ reason, files: n }) => `${this.#kind(reason)} ${n}`).join(", ");
    return `${this.#words.text("films-among", { n: this.#films, files: files + this.#films })} ${this.#words.text("left-out-kinds", { kinds })}`;
  }

  #kind(kind: string): string {
    if (kind.startsWith("part:")) return this.#words.text("kind-part", { seen: kind.slice("part:".length) || "?" });
    return WORDED.includes(kind) ? this.#words.text(`kind-${kind}`) : kind;
  }

  /** Names are only made when they are looked at. */
  #fill(): void {
    const shown = this.#list.querySelector("dl")!;
    shown.replaceChildren();
    if (!this.#list.open) return;
    for (const { reason, files } of this.counts()) {
      const [kind, names] = [document.createElement("dt"), document.createElement("dd")];
      kind.textContent = `${this.#kind(reason)}: ${files}`;
      names.textContent = this.#files.flatMap((file) => (file.kind === reason ? [file.name] : [])).join("\n");
      names.tabIndex = 0; // a long one scrolls
      shown.append(kind, names);
    }
  }
}

/** A path's last part, and not more of it than fits. */
function shortened(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
}

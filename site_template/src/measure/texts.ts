// The page's sentences and numbers in what is saved: figures with their intervals as people read them.

import type { About, Estimate } from "./types.ts";

const FROM_RIGHT = ["ar", "fa", "he", "ur"];
/** Of shares, and of figures that are no shares. */
const [PERCENT_DIGITS, DIGITS] = [1, 3];

export class Texts {
  readonly #texts: About["texts"];
  /** Digits are 0–9 in every language, as on the page. */
  readonly #locale: string;
  /** Whether the language is written from right to left; there numbers keep the lower one left, as on the page. */
  readonly fromRight: boolean;

  constructor({ texts, language }: Pick<About, "texts" | "language">) {
    this.#texts = texts;
    this.#locale = `${language}-u-nu-latn`;
    this.fromRight = FROM_RIGHT.includes(language.slice(0, 2));
  }

  /** The sentence of a key, `{name}` filled in; a missing one shows its key. */
  text(key: string, values: Readonly<Record<string, string | number>> = {}): string {
    return (this.#texts[key] ?? key).replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values[name] ?? whole;
      return typeof value === "number" ? this.number(value) : value;
    });
  }

  /** The sentence of a key, or nothing where the page has none. */
  known(key: string): string {
    return this.#texts[key] ?? "";
  }

  number(value: number, digits = 0): string {
    const text = new Intl.NumberFormat(this.#locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value).replace("-", "\u2212");
    return value < 0 && this.fromRight ? `\u2066${text}\u2069` : text; // the minus stays in front
  }

  percent(share: number): string {
    return this.text("percent", { value: this.number(share * 100, PERCENT_DIGITS) });
  }

  /** `88.3 % (82.1–92.4)`. */
  share({ value, low, high }: Pick<Estimate, "value" | "low" | "high">): string {
    if (value === null) return "–";
    return this.percent(value) + this.#interval(low, high, (end) => this.number(end * 100, PERCENT_DIGITS));
  }

  /** `0.873 (0.831–0.904)`. */
  figure({ value, low, high }: Pick<Estimate, "value" | "low" | "high">): string {
    if (value === null) return "–";
    return this.number(value, DIGITS) + this.#interval(low, high, (end) => this.number(end, DIGITS));
  }

  day(iso: string): string {
    const day = new Date(`${iso}T12:00:00Z`);
    return Number.isNaN(day.getTime()) ? iso : day.toLocaleDateString(this.#locale, { dateStyle: "long", timeZone: "UTC" });
  }

  #interval(low: number | null, high: number | null, end: (value: number) => string): string {
    if (low === null || high === null) return "";
    // A dash between negative numbers is hard to read.
    const span = `${end(low)}${low < 0 ? " … " : "–"}${end(high)}`;
    return this.fromRight ? ` (\u2066${span}\u2069)` : ` (${span})`;
  }
}

// Every sentence that the script shows, from the page's own strings.

import { differ, type Decided, type PopulationVerdict, type Verdict } from "../shared/decide.ts";
import { LIMITS } from "../image/size.ts";
import { tenthsOfPercent } from "../shared/percent.ts";
import type { Finding } from "../shared/reading.ts";
import type { Share, Site } from "../shared/site.ts";
import { roundedDuration } from "./list/time_left.ts";

export class Words {
  readonly #site: Site;
  /** The page's language; digits are 0–9 in every one, as in file names, tables and exports. */
  readonly #locale: string;
  readonly #plurals: Intl.PluralRules;
  readonly #numbers = new Map<number, Intl.NumberFormat>();

  constructor(site: Site) {
    this.#site = site;
    this.#locale = `${site.language}-u-nu-latn`;
    this.#plurals = new Intl.PluralRules(this.#locale);
  }

  /**
   * The message of a key, `{name}` filled in, numbers as the language writes them. Of a message with plural forms, the one
   * for the value `n`. A missing message shows its key, which a test of the site looks for.
   */
  text(key: string, values: Readonly<Record<string, string | number>> = {}): string {
    const message = this.#site.messages[key] ?? key;
    const text = typeof message === "string" ? message : (message[this.#plurals.select(Number(values["n"]))] ?? message.other);
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values[name] ?? whole;
      return typeof value === "number" ? this.number(value) : value;
    });
  }

  /** Why a film cannot be read. */
  problem(reason: string, values: Readonly<Record<string, string | number>> = {}): string {
    return this.text(reason, { ...values, pixels: Math.floor(LIMITS.pixels / 1e6), megabytes: Math.floor(LIMITS.bytes / 1e6) });
  }

  number(value: number, digits = 0): string {
    let format = this.#numbers.get(digits);
    if (format === undefined) {
      format = new Intl.NumberFormat(this.#locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
      this.#numbers.set(digits, format);
    }
    return format.format(value);
  }

  labelOf(className: string): string {
    return this.#site.classes.find(({ name }) => name === className)?.label ?? className;
  }

  /** A film's percentages as displayed; they add up to exactly 100. */
  percentages(finding: Pick<Finding, "probabilities">): { readonly className: string; readonly text: string; readonly tenths: number; readonly share: number }[] {
    const tenths = tenthsOfPercent(finding.probabilities.map(({ probability }) => probability));
    return finding.probabilities.map(({ class_name: className, probability }, index) => ({
      className,
      text: this.percent(tenths[index]! / 10),
      tenths: tenths[index]!,
      share: probability,
    }));
  }

  date(date: Date): string {
    return date.toLocaleString(this.#locale, { dateStyle: "medium", timeStyle: "short" });
  }

  /** A time that is left, in round numbers. */
  duration(seconds: number): string {
    const { value, unit } = roundedDuration(seconds);
    return new Intl.NumberFormat(this.#locale, { style: "unit", unit, unitDisplay: "long" }).format(value);
  }

  list(texts: readonly string[]): string {
    return new Intl.ListFormat(this.#locale).format(texts);
  }

  /** From a number to another, the lower one left in every language. */
  span(low: number, high: number, digits: number): string {
    const text = `${this.number(low, digits)}–${this.number(high, digits)}`;
    return document.documentElement.dir === "rtl" ? `\u2066${text}\u2069` : text;
  }

  /** A share's 95 % interval, in percent; empty where it was not measured. */
  interval({ low, high }: Share): string {
    return low === null || high === null ? "" : `(${this.span(low * 100, high * 100, 1)})`;
  }

  percent(value: number): string {
    return this.text("percent", { value: this.number(value, 1) });
  }

  /** What a film is read as, in a few words. */
  readingOf({ label, zone }: Verdict): string {
    return zone === "indeterminate" ? this.text("read-open", { label: this.labelOf(label!) }) : this.labelOf(label!);
  }

  #readingAs(one: PopulationVerdict, model: string, reading: string): string {
    const known = this.#site.models.find(({ name }) => name === model)?.populations ?? [];
    const population = known.find(({ name }) => name === one.population);
    const probability = this.percentages(one).find(({ className }) => className === this.#site.positive_class)!.text;
    return this.text("reading-as", { population: population?.label ?? one.population, reading, probability });
  }

  /**
   * The plain sentence of a finding. A film that is neither ruled out nor ruled in says so; where the class read is not the
   * likeliest, the sentence names the threshold that decided. Where it is not said whose film it is and that matters, it says how
   * each population's would be read.
   */
  messageOf(finding: Decided): string {
    if (finding.reason !== null) return this.problem(finding.reason, { seen: finding.seen || "?", expected: finding.expected });
    const positive = this.#site.positive_class;
    if (finding.by_population.length > 0) {
      if (finding.zone !== "indeterminate") return this.text("reading", { label: this.labelOf(finding.label!) });
      const differs = differ(finding.by_population);
      const readings = finding.by_population.map((one) => this.#readingAs(one, finding.model, differs ? this.readingOf(one) : this.labelOf(one.label!)));
      const values = { readings: readings.join("; ") };
      return differs ? this.text("reading-differs", values) : this.text("reading-open", values);
    }
    const percentages = this.percentages(finding);
    const read = percentages.find(({ className }) => className === finding.label)!;
    const values = {
      label: this.labelOf(read.className),
      probability: percentages.find(({ className }) => className === positive)!.text,
      threshold: this.percent(finding.threshold * 100),
    };
    if (finding.zone === "indeterminate") {
      const [ruleOut, ruleIn] = [finding.indeterminate_zone!.from, finding.indeterminate_zone!.to].map((p) => this.percent(p * 100));
      return this.text("reading-indeterminate", { ...values, rule_out: ruleOut!, rule_in: ruleIn! });
    }
    if (percentages.every(({ share }) => share <= read.share)) return this.text("reading", values);
    if (read.className === positive) return this.text("reading-above", values);
    return this.text("reading-below", values);
  }
}

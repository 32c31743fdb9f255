// Every sentence that the script shows, from the page's own strings.

import { differ, type Decided, type PopulationVerdict, type Verdict } from "../shared/decide.ts";
import { LIMITS } from "../image/size.ts";
import { DECIMALS, tenthsOfPercent } from "../shared/percent.ts";
import type { Finding } from "../shared/reading.ts";
import type { OperatingPoint, Share, Site } from "../shared/site.ts";
import { roundedDuration } from "./list/time_left.ts";

/** A score nearer to 0 or 1 than this is not written as 0 or 100 %: no network is certain. */
const CERTAIN = 0.0005;
/** Whole numbers below are written alike in every language; the first of the browser's formats takes long to make. */
const PLAIN = 1000;

export class Words {
  readonly #site: Site;
  /** The page's language; digits are 0–9 in every one, as in file names, tables and exports. */
  readonly #locale: string;
  #plurals: Intl.PluralRules | undefined;
  readonly #numbers = new Map<number, Intl.NumberFormat>();
  #dates: Intl.DateTimeFormat | undefined;

  constructor(site: Site) {
    this.#site = site;
    this.#locale = `${site.language}-u-nu-latn`;
  }

  /**
   * The message of a key, `{name}` filled in, numbers as the language writes them. Of a message with plural forms, the one
   * for the value `n`. A missing message shows its key, which a test of the site looks for.
   */
  text(key: string, values: Readonly<Record<string, string | number>> = {}): string {
    const message = this.#site.messages[key] ?? key;
    const text = typeof message === "string" ? message : (message[this.#formOf(Number(values["n"]))] ?? message.other);
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values[name] ?? whole;
      return typeof value === "number" ? this.number(value) : value;
    });
  }

  #formOf(n: number): Intl.LDMLPluralRule {
    return (this.#plurals ??= new Intl.PluralRules(this.#locale)).select(n);
  }

  /** Why a film cannot be read. */
  problem(reason: string, values: Readonly<Record<string, string | number>> = {}): string {
    return this.text(reason, { ...values, pixels: Math.floor(LIMITS.pixels / 1e6), megabytes: Math.floor(LIMITS.bytes / 1e6) });
  }

  number(value: number, digits = 0): string {
    if (digits === 0 && Number.isInteger(value) && value >= 0 && value < PLAIN) return String(value);
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
    return (this.#dates ??= new Intl.DateTimeFormat(this.#locale, { dateStyle: "medium", timeStyle: "short" })).format(date);
  }

  day(date: Date): string {
    return date.toLocaleDateString(this.#locale, { dateStyle: "medium" });
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
    return low === null || high === null ? "" : `(${this.span(low * 100, high * 100, DECIMALS)})`;
  }

  /** A number of per cent; every percentage of the page is written here, with as many decimals. */
  percent(value: number): string {
    return this.text("percent", { value: this.number(value, DECIMALS) });
  }

  /** A film's score for a class, 0–1, as a percentage. */
  score(probability: number): string {
    if (probability < CERTAIN) return this.text("percent-below", { value: this.percent(CERTAIN * 200) });
    if (probability > 1 - CERTAIN) return this.text("percent-above", { value: this.percent(100 - CERTAIN * 200) });
    return this.percent(probability * 100);
  }

  /** What films of a class are like, in a few words. Of two classes, that is the positive one or not; no other class is claimed. */
  likeness(className: string): string {
    const { classes, positive_class: positive } = this.#site;
    const values = { label: this.labelOf(className), other: "" };
    if (classes.length === 2) {
      values.label = this.labelOf(positive);
      values.other = this.labelOf(classes.find(({ name }) => name !== positive)!.name);
    }
    const ofTwo = (): string => (className === positive ? this.text("like", values) : this.text("unlike", values));
    const said = classes.length === 2 ? ofTwo() : this.text("like-class", values);
    return said.charAt(0).toLocaleUpperCase(this.#locale) + said.slice(1);
  }

  /** The headline of a reading. */
  headlineOf({ label, zone }: Pick<Verdict, "label" | "zone">): string {
    return zone === "indeterminate" ? this.text("indeterminate") : this.likeness(label!);
  }

  /**
   * What stands below a reading's headline: its score, and the operating points that decided. Where it is not said whose film it is,
   * what each population's would be read as.
   */
  detailOf(reading: Decided): string {
    if (reading.by_population.length === 0) return this.#scoreOf(reading, this.#pointsOf(reading.model, reading.population));
    const differs = differ(reading.by_population);
    const readings = reading.by_population.map((one) => this.#readingAs(one, reading.model, differs)).join(this.text("semicolon"));
    return differs ? this.text("reading-differs", { readings }) : readings;
  }

  /** The plain sentence of a finding: its headline and what stands below, or what is wrong. */
  messageOf(finding: Decided): string {
    // Lateral by its header, which says so in a word, or by the picture.
    const problem = finding.reason === "lateral" && finding.seen !== "" ? "lateral-view" : finding.reason;
    if (problem !== null) return this.problem(problem, { seen: finding.seen || "?", expected: finding.expected });
    return this.text("said", { headline: this.headlineOf(finding), sentence: this.detailOf(finding) });
  }

  #readingAs(one: PopulationVerdict, model: string, withHeadline: boolean): string {
    const known = this.#site.models.find(({ name }) => name === model)?.populations ?? [];
    const population = known.find(({ name }) => name === one.population)?.label ?? one.population;
    const values = { population, headline: this.headlineOf(one), probability: this.score(one.probability!) };
    return withHeadline ? this.text("reading-as", values) : this.text("score-as", values);
  }

  #scoreOf(verdict: Verdict, points: readonly OperatingPoint[]): string {
    const { label, zone, indeterminate_zone: between } = verdict;
    const positive = this.#site.positive_class;
    const probability = this.score(verdict.probability!);
    const threshold = this.percent(verdict.threshold * 100);
    const point = this.#point(points, verdict.operating_point);
    if (zone === "indeterminate" && between !== null) {
      const [screening, ruleIn] = [this.#point(points, "screening"), this.#point(points, "rule-in")];
      const said = this.text("score-between", {
        probability, from: screening, rule_out: this.percent(between.from * 100), to: ruleIn, rule_in: this.percent(between.to * 100),
      });
      const alone = this.text("by-point-alone", { point, reading: this.likeness(label!) });
      return this.text("said", { headline: said, sentence: alone });
    }
    const values = { probability, point, threshold, positive: this.labelOf(positive) };
    const isOfTwo = this.#site.classes.length === 2;
    // No threshold decided, or one of the visitor's own, which the film's notes tell, decided against the positive class.
    if (!isOfTwo && (verdict.operating_point === null || (point === "" && label !== positive))) return this.text("score", { probability: this.#shareOf(verdict, label!) });
    if (point === "") return label === positive ? this.text("score-above-threshold", values) : this.text("score-below-threshold", values);
    if (label === positive) return this.text("score-above", values);
    if (isOfTwo) return this.text("score-below", values);
    return this.text("score-of-another", { ...values, label: this.labelOf(label!), score: this.#shareOf(verdict, label!) });
  }

  /** As its bar has it. */
  #shareOf(verdict: Verdict, label: string): string {
    return this.percentages(verdict).find(({ className }) => className === label)!.text;
  }

  #pointsOf(model: string, population: string | null): readonly OperatingPoint[] {
    const known = this.#site.models.find(({ name }) => name === model);
    return known?.populations.find(({ name }) => name === population)?.operating_points ?? known?.operating_points ?? [];
  }

  /** The name of an operating point in the middle of a sentence; of points that coincide, the first. Empty where there is none. */
  #point(points: readonly OperatingPoint[], name: string | null): string {
    if (name === null) return "";
    const threshold = points.find((one) => one.name === name)?.threshold;
    if (threshold === undefined) return ""; // the visitor's own, of which the film's notes tell
    const label = points.find((one) => one.threshold === threshold)?.label ?? name;
    return label.charAt(0).toLocaleLowerCase(this.#locale) + label.slice(1);
  }
}

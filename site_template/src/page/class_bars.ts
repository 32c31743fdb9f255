// Each class with its score and a bar, of two classes the positive one alone; its bar is a scale with the operating points and the indeterminate zone.

import type { Decided, Verdict } from "../shared/decide.ts";
import type { IndeterminateZone } from "../shared/reading.ts";
import type { Model, OperatingPoint } from "../shared/site.ts";
import { distinctPoints, shownAs, type ShownPoint } from "./operating_point/distinct.ts";
import type { Words } from "./words.ts";

/** Of more classes than can be taken in at a glance, the likeliest are shown, and the others together. */
const MOST_ROWS = 6;
const LIKELIEST = 4;

/** Rows of a `dl`: of each class, or where it is not said whose film it is, of each class by each population. */
export function readingRows(reading: Decided, positive: string, { populations, operating_points: points }: Model, words: Words): HTMLElement[] {
  const pointsOf = (population: string | null): readonly OperatingPoint[] => populations.find(({ name }) => name === population)?.operating_points ?? points;
  if (reading.by_population.length === 0) return classRows(reading, positive, pointsOf(reading.population), words);
  return reading.by_population.flatMap((one) => {
    const head = make("div", "of-population");
    head.dataset["population"] = one.population;
    head.append(make("dt", "", populations.find(({ name }) => name === one.population)!.label), make("dd", "", words.headlineOf(one)));
    return [head, ...classRows(one, positive, pointsOf(one.population), words)];
  });
}

/** In the bundle's order, or the likeliest of many classes first. */
function classRows(reading: Verdict, positive: string, points: readonly OperatingPoint[], words: Words): HTMLElement[] {
  const shownPoints = points.length > 0 ? distinctPoints([{ operating_points: points }], words) : [];
  const chosen = reading.operating_point === null ? null : shownAs(shownPoints, reading.operating_point);
  const others = shownPoints.filter((one) => one !== chosen);
  const percentages = words.percentages(reading);
  const isLong = percentages.length > MOST_ROWS;
  const byShare = [...percentages].sort((a, b) => b.share - a.share);
  const likeliest = new Set(byShare.slice(0, LIKELIEST).map(({ className }) => className));
  // A class that is looked for is shown however unlikely it is.
  const longList = byShare.filter(({ className }) => likeliest.has(className) || (chosen !== null && className === positive));
  // Of two classes the other's share says nothing more, and would claim what nobody measured.
  const isOfTwo = percentages.length === 2;
  const shown = isLong ? longList : percentages.filter(({ className }) => !isOfTwo || className === positive);
  // Without an operating point the likeliest class is read: of two that is a threshold of one half, of more none at all.
  const hasThreshold = chosen !== null || isOfTwo;
  const rows = shown.map(({ className, text, share }) => {
    const row = make("div", "class-row");
    row.dataset["className"] = className;
    row.classList.toggle("is-read", className === reading.label && reading.zone !== "indeterminate");
    row.classList.toggle("is-alone", isOfTwo);
    row.classList.toggle("is-open", reading.zone === "indeterminate");
    row.classList.toggle("is-sought", hasThreshold && className === positive);
    row.style.setProperty("--share", String(share));
    const bar = make("span", "bar");
    bar.append(make("span", "fill"));
    const scale = make("dd", "scale");
    scale.append(bar);
    bar.ariaHidden = "true"; // its marks are described in hidden words beside it
    if (className === positive && hasThreshold) addScale(scale, bar, reading, chosen, others, words);
    row.append(make("dt", "", words.labelOf(className)), make("dd", "share", isOfTwo ? words.score(share) : text), scale);
    return row;
  });
  if (isLong) rows.push(restRow(percentages.filter((one) => !shown.includes(one)), words));
  return rows;
}

/** What is left of the percentages. */
function restRow(left: ReturnType<Words["percentages"]>, words: Words): HTMLElement {
  const row = make("div", "class-row");
  const tenths = left.reduce((sum, { tenths }) => sum + tenths, 0);
  row.append(make("dt", "", words.text("other-classes")), make("dd", "share", words.percent(tenths / 10)));
  return row;
}

function addScale(
  scale: HTMLElement, bar: HTMLElement, reading: Verdict, chosen: ShownPoint | null, others: readonly ShownPoint[], words: Words,
): void {
  const percent = (share: number): string => words.percent(share * 100);
  const zone = zoneOf(reading);
  if (zone !== null) {
    const hatched = make("span", "zone");
    hatched.style.setProperty("--from", String(zone.from));
    hatched.style.setProperty("--to", String(zone.to));
    bar.append(hatched);
  }
  for (const { threshold } of others) bar.append(at(threshold, make("span", "tick")));
  bar.append(at(reading.threshold, make("span", "tick chosen")));
  const threshold = { label: chosen?.label ?? words.text("threshold"), threshold: percent(reading.threshold) };
  const label = at(reading.threshold, make("span", "tick-label"));
  label.ariaHidden = "true";
  label.append(make("span", "", words.text("point-chosen", threshold)));
  scale.append(label);

  const marks = [words.text("bar-threshold", threshold)];
  if (others.length > 0) {
    const points = others.map((one) => words.text("point-chosen", { label: one.label, threshold: percent(one.threshold) }));
    marks.push(words.text("bar-others", { points: points.join(words.text("semicolon")) }));
  }
  if (zone !== null) {
    const range = words.text("bar-zone", { rule_out: percent(zone.from), rule_in: percent(zone.to) });
    const legend = make("span", "zone-label", range);
    legend.ariaHidden = "true";
    scale.append(legend);
    marks.push(range);
  }
  scale.append(make("span", "visually-hidden", marks.join(". ")));
}

/** Null as well where the points leave nothing between them. */
function zoneOf({ indeterminate_zone: zone }: Verdict): IndeterminateZone | null {
  return zone !== null && zone.from < zone.to ? zone : null;
}

function at(share: number, element: HTMLElement): HTMLElement {
  element.style.setProperty("--at", String(share));
  return element;
}

function make(tag: string, className: string, text = ""): HTMLElement {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

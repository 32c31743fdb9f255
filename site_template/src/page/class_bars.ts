// Each class with its percentage and a bar; the positive class's bar is a scale with the operating points and the indeterminate zone.

import type { Decided, Decision } from "../shared/decide.ts";
import type { IndeterminateZone } from "../shared/reading.ts";
import type { OperatingPoint, Site } from "../shared/site.ts";
import type { Words } from "./words.ts";

/** Rows of a `dl`, in the bundle's order. `chosen` is the operating point that decided. */
export function classRows(finding: Decided, chosen: OperatingPoint | null, site: Site, words: Words): HTMLElement[] {
  return words.percentages(finding).map(({ className, text, share }) => {
    const row = make("div", "class-row");
    row.dataset["className"] = className;
    row.classList.toggle("is-read", className === finding.label);
    row.style.setProperty("--share", String(share));
    const bar = make("span", "bar");
    bar.append(make("span", "fill"));
    const scale = make("dd", "scale");
    scale.append(bar);
    bar.ariaHidden = "true"; // what it says beyond the percentage is said in words beside it
    if (className === site.positive_class) addScale(scale, bar, finding, chosen, site, words);
    row.append(make("dt", "", words.labelOf(className)), make("dd", "share", text), scale);
    return row;
  });
}

function addScale(
  scale: HTMLElement, bar: HTMLElement, finding: Decided, chosen: OperatingPoint | null, site: Site, words: Words,
): void {
  const percent = (share: number): string => words.percent(share * 100);
  const zone = zoneOf(finding);
  if (zone !== null) {
    const hatched = make("span", "zone");
    hatched.style.setProperty("--from", String(zone.from));
    hatched.style.setProperty("--to", String(zone.to));
    bar.append(hatched);
  }
  for (const { name, threshold } of site.operating_points) {
    if (name !== chosen?.name) bar.append(at(threshold, make("span", "tick")));
  }
  bar.append(at(finding.threshold, make("span", "tick chosen")));
  const threshold = { label: chosen?.label ?? words.say("threshold"), threshold: percent(finding.threshold) };
  const label = at(finding.threshold, make("span", "tick-label"));
  label.ariaHidden = "true";
  label.append(make("span", "", words.say("point-chosen", threshold)));
  scale.append(label);

  const said = [words.say("bar-threshold", threshold)];
  const others = site.operating_points.filter(({ name }) => name !== chosen?.name);
  if (others.length > 0) {
    const points = others.map((one) => words.say("point-chosen", { label: one.label, threshold: percent(one.threshold) }));
    said.push(words.say("bar-others", { points: points.join("; ") }));
  }
  if (zone !== null) {
    const zoneSaid = words.say("bar-zone", { rule_out: percent(zone.from), rule_in: percent(zone.to) });
    const legend = make("span", "zone-label", zoneSaid);
    legend.ariaHidden = "true";
    scale.append(legend);
    said.push(zoneSaid);
  }
  scale.append(make("span", "visually-hidden", said.join(". ")));
}

/** Null as well where the points leave nothing between them. */
function zoneOf({ indeterminate_zone: zone }: Decision): IndeterminateZone | null {
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

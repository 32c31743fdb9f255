import assert from "node:assert/strict";
import { test } from "node:test";
import { histogramChart, reliabilityChart, rocChart } from "./charts.ts";
import { reliabilityOf, rocOf, rocPointOf, countsAt } from "./curves.ts";

const SAMPLE = { positive: [0.3, 0.6, 0.8, 1], others: [0, 0.1, 0.6] };
const AXES = { x: "x", y: "y" };
const attributes = (svg: string, element: string): string[] => [...svg.matchAll(new RegExp(`<${element}([^>]*)/>`, "g"))].map(([, found]) => found!);

test("a ROC curve goes from the lower left to the upper right, with a dot at the threshold", () => {
  const svg = rocChart("t", [rocOf(SAMPLE), rocOf(SAMPLE)], [rocPointOf(countsAt(SAMPLE, 0.6))], AXES);
  const curves = attributes(svg, "path").filter((path) => path.includes("curve"));
  // Thresholds: none, 1, 0.8, 0.6, 0.3, 0.1, 0; 300 pixels from 44 to the right and from 308 upwards.
  assert.equal(curves[0], ' class="curve line-0" d="M44 308L44 233L44 158L144 83L144 8L244 8L344 8"');
  assert.match(curves[1]!, /line-1/);
  assert.deepEqual(attributes(svg, "circle"), [' class="dot" cx="144" cy="83" r="5"']);
});

test("a reliability curve has one dot and one whisker per bin with films", () => {
  const svg = reliabilityChart("t", reliabilityOf(SAMPLE, 5), AXES);
  assert.equal(attributes(svg, "circle").length, 4);
  assert.equal(attributes(svg, "path").filter((path) => path.includes("whisker")).length, 4);
  assert.equal(attributes(svg, "rect").length, 0);
  assert.equal(attributes(reliabilityChart("t", reliabilityOf(SAMPLE, 5), AXES, { up: "a", down: "b" }), "rect").length, 10);
});

test("a histogram counts each side in twenty bins, the last of which holds certainty", () => {
  const rects = attributes(histogramChart("t", SAMPLE, 0.5, AXES, { up: "a", down: "b" }), "rect");
  const heights = (side: string): number[] => rects.filter((rect) => rect.includes(side)).map((rect) => Number(/ height="([\d.]+)"/.exec(rect)![1]));
  const filled = (side: string): number[] => heights(side).flatMap((height, index) => (height > 0 ? [index] : []));
  assert.equal(heights("of-positive").length, 20);
  assert.deepEqual(filled("of-positive"), [6, 12, 16, 19]);
  assert.deepEqual(filled("of-others"), [0, 2, 12]);
});

test("names and titles stay text", () => {
  const svg = rocChart('"><script>', [rocOf(SAMPLE)], [], { x: "<b>", y: "a & b" });
  assert.match(svg, /aria-label="&quot;&gt;&lt;script&gt;"/);
  assert.match(svg, />&lt;b&gt;<\/text>/);
  assert.match(svg, />a &amp; b<\/text>/);
});

// The keys of a viewer, while it or one of its tools has the focus. The list of them that people see is in viewer.html.j2.

import type { Point } from "./geometry.ts";
import type { Tool } from "./tools.ts";

export interface Keyed {
  use(tool: Tool): void;
  /** Returns whether there was anywhere to go; if not, the key stays the page's. */
  arrow(direction: Point): boolean;
  stepWindow(direction: Point): void;
}

const TOOLS: Readonly<Record<string, Tool>> = {
  "+": "zoom-in", "=": "zoom-in", "-": "zoom-out", "0": "fit", "1": "actual", w: "window", i: "invert", r: "reset", h: "heatmap",
  f: "full", "?": "keys",
};
const ARROWS: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -1, y: 0 }, ArrowRight: { x: 1, y: 0 }, ArrowUp: { x: 0, y: -1 }, ArrowDown: { x: 0, y: 1 },
};

/** Arrows are the stage's alone: among the tools they go from one to the next. */
export function listenToKeys(viewer: HTMLElement, stage: HTMLElement, { use, arrow, stepWindow }: Keyed): void {
  viewer.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const tool = TOOLS[event.key.toLowerCase()];
    const direction = event.target === stage ? ARROWS[event.key] : undefined;
    if (tool !== undefined) use(tool);
    else if (direction === undefined) return;
    else if (event.shiftKey) stepWindow(direction);
    // An arrow moves the view, so the film goes the other way.
    else if (!arrow({ x: -direction.x, y: -direction.y })) return;
    event.preventDefault();
  });
}

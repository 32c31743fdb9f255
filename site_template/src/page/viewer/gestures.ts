// What fingers, mouse and wheel do to a film: zoom about a point, pan, or move the window. Says it; the viewer does it.

import type { Point } from "./geometry.ts";

export interface Gestured {
  /** `factor` times as large, with `point` staying where it is; it is measured from the stage's centre. */
  zoom(factor: number, point: Point): void;
  pan(by: Point): void;
  moveWindow(by: Point): void;
  /** A double click or tap. */
  nearer(point: Point): void;
  /** What one finger or the left button does now; `nothing` leaves it to the page. */
  readonly drags: "film" | "window" | "nothing";
  /** Whether the wheel zooms without Ctrl. */
  readonly takesWheel: boolean;
  /** Whether the wheel could make the film any smaller. */
  readonly isSmallest: boolean;
}

const WHEEL_STEP = 0.002;
/** Pixels in one line of a wheel that counts in lines. */
const LINE = 20;
const RIGHT_BUTTON = 2;

export function listenToGestures(stage: HTMLElement, film: Gestured): void {
  const down = new Map<number, Point>();
  let moves: Gestured["drags"] = "nothing";

  const fromCentre = ({ clientX, clientY }: MouseEvent): Point => {
    const { left, top, width, height } = stage.getBoundingClientRect();
    return { x: clientX - left - width / 2, y: clientY - top - height / 2 };
  };

  stage.addEventListener("pointerdown", (event) => {
    moves = event.button === RIGHT_BUTTON ? "window" : film.drags;
    down.set(event.pointerId, fromCentre(event));
    if (moves !== "nothing" || down.size > 1) for (const id of down.keys()) stage.setPointerCapture(id);
  });
  stage.addEventListener("pointermove", (event) => {
    const before = down.get(event.pointerId);
    if (before === undefined) return;
    const now = fromCentre(event);
    down.set(event.pointerId, now);
    const by = { x: now.x - before.x, y: now.y - before.y };
    if (down.size === 2) {
      const other = [...down].find(([id]) => id !== event.pointerId)![1];
      // Each of the two fingers moves the middle by half of its own way.
      film.pan({ x: by.x / 2, y: by.y / 2 });
      film.zoom(distance(now, other) / Math.max(1, distance(before, other)), { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 });
    } else if (moves === "film") film.pan(by);
    else if (moves === "window") film.moveWindow(by);
  });
  const lift = ({ pointerId }: PointerEvent): void => {
    down.delete(pointerId);
    moves = film.drags; // of the finger that may be left
  };
  stage.addEventListener("pointerup", lift);
  stage.addEventListener("pointercancel", lift);
  stage.addEventListener("dblclick", (event) => film.nearer(fromCentre(event)));
  // The right button moves the window; some systems show their menu as soon as it is pressed.
  stage.addEventListener("contextmenu", (event) => event.preventDefault());
  // One finger scrolls the page; of two, browsers would make their own zoom or scrolling.
  stage.addEventListener("touchstart", (event) => event.touches.length > 1 && event.preventDefault(), { passive: false });
  stage.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && (!film.takesWheel || (event.deltaY > 0 && film.isSmallest))) return;
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE : 1);
    // Pinching on a touchpad arrives as small steps with Ctrl.
    film.zoom(Math.exp(-pixels * WHEEL_STEP * (event.ctrlKey && Math.abs(pixels) < LINE ? 5 : 1)), fromCentre(event));
  }, { passive: false });
}

function distance(one: Point, other: Point): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}

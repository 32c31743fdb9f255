// Which rows of a long table are made: those in view and some beyond, and the one that has the focus.

/** Rows beyond either edge of the view. */
const BEYOND = 8;

/** `top` is where the first row begins, in pixels below the view's upper edge. In order, none twice. */
export function rowsNear(count: number, height: number, top: number, view: number, focused: number): number[] {
  const first = Math.max(0, Math.min(count, Math.floor(-top / height) - BEYOND));
  const end = Math.max(first, Math.min(count, Math.ceil((view - top) / height) + BEYOND));
  const near = Array.from({ length: end - first }, (_, index) => first + index);
  if (focused < 0 || focused >= count || (focused >= first && focused < end)) return near;
  return focused < first ? [focused, ...near] : [...near, focused];
}

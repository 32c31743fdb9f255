// Where a film lies in its stage: zooming about a point, panning, and how far either may go. Numbers only.

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** `scale` 1 is the film fitted into its stage; `x` and `y` move its centre from the stage's, in CSS pixels. */
export interface Place extends Point {
  readonly scale: number;
}

/** What a place depends on, in CSS pixels but for `pixels`. */
export interface Space {
  readonly stage: Size;
  /** The film at scale 1. */
  readonly film: Size;
  /** The film's own pixels across. */
  readonly pixels: number;
  /** Of the screen, for each CSS pixel. */
  readonly density: number;
}

export const FITTED: Place = { scale: 1, x: 0, y: 0 };
/** Pixels of the screen for one of the film, at most. */
const CLOSEST = 8;
/** Small films may be enlarged so far in any case. */
const ALWAYS = 4;

/** The scale at which one pixel of the film is one of the screen. */
export function actualScale({ film, pixels, density }: Space): number {
  return pixels / (film.width * density);
}

/** As a place may be: not smaller than fitted or actual size, not too large, and no more beside the stage than it must. */
export function within(space: Space, { scale, x, y }: Place): Place {
  const actual = actualScale(space);
  const allowed = between(Math.min(1, actual), scale, Math.max(ALWAYS, actual * CLOSEST));
  const beyond = (film: number, stage: number): number => Math.max(0, (film * allowed - stage) / 2);
  const [right, down] = [beyond(space.film.width, space.stage.width), beyond(space.film.height, space.stage.height)];
  return { scale: allowed, x: between(-right, x, right), y: between(-down, y, down) };
}

/** Another scale, with what lies at `point` staying there; it is measured from the stage's centre. */
export function zoomed(space: Space, place: Place, scale: number, point: Point = { x: 0, y: 0 }): Place {
  const allowed = within(space, { ...place, scale }).scale;
  const ratio = allowed / place.scale;
  return within(space, { scale: allowed, x: point.x + (place.x - point.x) * ratio, y: point.y + (place.y - point.y) * ratio });
}

export function panned(space: Space, { scale, x, y }: Place, by: Point): Place {
  return within(space, { scale, x: x + by.x, y: y + by.y });
}

export function between(low: number, value: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

// What a phantom is drawn on: levels between 0 and 1, soft shapes, and tubes, which are bones and vessels.

export type Point = readonly [x: number, y: number];

export interface Tube {
  readonly points: readonly Point[];
  /** In halves of the film's width, at the first point and the last. */
  readonly radius: readonly [number, number];
  /** What it adds in its middle, at the first point and the last. */
  readonly density: readonly [number, number];
  /** How much denser its wall is than its middle: bones have one, vessels none. */
  readonly wall: number;
}

/** 1 within a distance of 1, 0 far outside, soft between. */
export function inside(distance: number, softness: number): number {
  return 1 / (1 + Math.exp(Math.min(50, Math.max(-50, (distance - 1) / softness))));
}

export function ellipse(x: number, y: number, radiusX: number, radiusY: number, softness: number, turn = 0): number {
  const [across, along] = [x * Math.cos(turn) + y * Math.sin(turn), y * Math.cos(turn) - x * Math.sin(turn)];
  return inside(Math.hypot(across / radiusX, along / radiusY), softness);
}

/** 0 below the first edge, 1 above the second, smooth between. */
export function rise(value: number, from: number, to: number): number {
  const share = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return share * share * (3 - 2 * share);
}

export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly levels: Float32Array;

  constructor(width: number, height: number) {
    [this.width, this.height] = [width, height];
    this.levels = new Float32Array(width * height);
  }

  /** Adds to every pixel; x and y run from -1 to 1. */
  add(level: (x: number, y: number) => number): void {
    for (let row = 0; row < this.height; row += 1) {
      for (let column = 0; column < this.width; column += 1) this.levels[row * this.width + column]! += level((column / this.width) * 2 - 1, (row / this.height) * 2 - 1);
    }
  }

  /** Adds a tube, times `seen` where it is not seen everywhere. */
  addTube({ points, radius, density, wall }: Tube, seen: (x: number, y: number) => number = () => 1): void {
    const nearest = new Map<number, { distance: number; along: number }>();
    const scale = this.width / 2;
    const corners = points.map(([x, y]): Point => [(x + 1) * scale, ((y + 1) / 2) * this.height]);
    const reach = Math.max(...radius) * scale + 2;
    for (const [index, [endX, endY]] of corners.entries()) {
      if (index === 0) continue;
      const [startX, startY] = corners[index - 1]!;
      const [dx, dy] = [endX - startX, endY - startY];
      for (let row = from(startY, endY, reach); row <= to(startY, endY, reach, this.height); row += 1) {
        for (let column = from(startX, endX, reach); column <= to(startX, endX, reach, this.width); column += 1) {
          const share = Math.min(1, Math.max(0, ((column - startX) * dx + (row - startY) * dy) / (dx * dx + dy * dy || 1)));
          const distance = Math.hypot(column - startX - share * dx, row - startY - share * dy);
          const at = row * this.width + column;
          if (distance < reach && distance < (nearest.get(at)?.distance ?? Infinity)) nearest.set(at, { distance, along: (index - 1 + share) / (corners.length - 1) });
        }
      }
    }
    for (const [at, { distance, along }] of nearest) {
      const share = distance / (mixed(radius, along) * scale);
      const profile = inside(share, 0.12) * (1 + wall * Math.exp(-(((share - 0.85) / 0.22) ** 2)));
      const [x, y] = [((at % this.width) / this.width) * 2 - 1, (Math.floor(at / this.width) / this.height) * 2 - 1];
      this.levels[at]! += mixed(density, along) * profile * seen(x, y);
    }
  }
}

const from = (one: number, other: number, reach: number): number => Math.max(0, Math.floor(Math.min(one, other) - reach));
const to = (one: number, other: number, reach: number, size: number): number => Math.min(size - 1, Math.ceil(Math.max(one, other) + reach));
const mixed = ([first, last]: readonly [number, number], share: number): number => first + (last - first) * share;

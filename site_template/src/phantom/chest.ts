// The parts of a drawn chest, as a frontal film shows them: what is left of the film is the patient's right.

import { ellipse, inside, rise, type Canvas, type Point, type Tube } from "./canvas.ts";

export type Between = (low: number, high: number) => number;

/** What differs from one chest to the next. */
export interface Chest {
  /** How wide the rib cage is, and how much lower the lungs reach than they do on average. */
  readonly wide: number;
  readonly deep: number;
  /** How far the heart reaches to its left. */
  readonly heart: number;
  /** How dark air is. */
  readonly air: number;
  readonly ribs: number;
  readonly shift: number;
}

export function chestFrom(between: Between): Chest {
  return { wide: between(0.95, 1.03), deep: between(-0.03, 0.05), heart: between(0.32, 0.375), air: between(0.37, 0.42), ribs: between(0.082, 0.104), shift: between(-0.02, 0.02) };
}

/** Half of the rib cage's width at a height. */
export function cageAt(y: number, { wide }: Chest): number {
  return 0.81 * wide * (1 - Math.exp(-Math.max(0.02, y + 0.86) / 0.4));
}

/** How much of the place is lung, 0 to 1: between the ribs, the heart and the two domes. */
export function lungAt(x: number, y: number, chest: Chest): number {
  const aside = Math.abs(x);
  const [isLeft, lateral] = [x > 0, cageAt(y, chest) - 0.035];
  const apex = -0.67 + 2.4 * Math.max(0, Math.abs(aside - 0.27) - 0.04) ** 2;
  return inside(1 + (aside - lateral), 0.006) * inside(1 + (middleAt(y, isLeft, chest) - aside), 0.012) * inside(1 + (y - domeAt(aside, isLeft, chest)), 0.01) * inside(1 + (apex - y), 0.025);
}

/** How far mediastinum and heart reach from the middle. */
function middleAt(y: number, isLeft: boolean, { heart }: Chest): number {
  if (!isLeft) return 0.165 + 0.02 * rise(y, -0.3, 0) + 0.055 * Math.exp(-(((y - 0.3) / 0.22) ** 2));
  const knob = 0.035 * Math.exp(-(((y + 0.36) / 0.09) ** 2));
  const apex = (heart - 0.19) * rise(y, -0.12, 0.42) - 0.05 * rise(y, 0.42, 0.62);
  return 0.16 + knob + 0.02 * rise(y, -0.35, -0.05) + apex;
}

/** How high the dome of the diaphragm stands. */
function domeAt(aside: number, isLeft: boolean, { deep }: Chest): number {
  const fall = Math.max(0, aside - 0.44);
  return 0.49 + deep + (isLeft ? 0.045 : 0) + 1.5 * fall ** 2 + 0.7 * Math.max(0, 0.44 - aside) ** 2;
}

/** Soft tissue without bones and air: trunk, shoulders, neck and jaw, mediastinum, what lies below the domes. */
export function tissueAt(x: number, y: number, chest: Chest): number {
  const aside = Math.abs(x);
  const thick = Math.sqrt(Math.max(0, 1 - (aside / 1.02) ** 2));
  const trunk = inside(aside / (0.85 - 0.02 * y), 0.035) * rise(y, -0.95, -0.5);
  const arms = rise(y, -1.2 + 0.35 * aside, -0.75 + 0.25 * aside) * (1 - rise(y + 0.5 * aside, 0, 0.7));
  const neck = inside(aside / (0.2 + 0.35 * Math.max(0, y + 0.8)), 0.2) * (1 - rise(y, -0.6, -0.3));
  const body = Math.max(trunk * (0.29 + 0.14 * thick), 0.4 * arms * (1 - 0.45 * rise(aside, 0.55, 1)), 0.42 * neck);
  const jaw = 0.35 * ellipse(x, y + 1.12, 0.3, 0.24, 0.1);
  const below = rise(y, domeAt(aside, x > 0, chest) - 0.02, domeAt(aside, x > 0, chest) + 0.02) * inside(aside / (cageAt(y, chest) + 0.02), 0.03);
  const heart = 0.032 * ellipse(x - 0.12, y - 0.24, 0.34, 0.34, 0.2, 0.6);
  const middle = 0.046 * Math.exp(-((x / 0.22) ** 2)) * rise(y, -0.7, -0.2);
  return 0.015 + body + jaw + trunk * (middle + heart) + below * (0.149 + 0.06 * thick);
}

/** Windpipe and its two branches, and air in the stomach: darker. */
export function hollowAt(x: number, y: number): number {
  const pipe = Math.exp(-((x / 0.04) ** 2)) * rise(y, -1, -0.8) * (1 - rise(y, -0.26, -0.16));
  const branch = Math.exp(-(((y + 0.2 - 0.7 * (Math.abs(x) - 0.02)) / 0.03) ** 2)) * rise(Math.abs(x), 0.01, 0.05) * (1 - rise(Math.abs(x), 0.12, 0.2));
  return 0.075 * pipe + 0.05 * branch + 0.11 * ellipse(x - 0.36, y - 0.68, 0.13, 0.07, 0.15, 0.1);
}

export function spineAt(x: number, y: number): number {
  const disc = 0.5 + 0.5 * Math.cos(((y + 0.03) / 0.118) * 2 * Math.PI);
  const column = inside(Math.abs(x) / 0.095, 0.09);
  const arches = Math.exp(-(((Math.abs(x) - 0.06) / 0.018) ** 2)) * disc ** 2;
  return column * (0.052 + 0.035 * disc ** 0.7) + 0.03 * arches + 0.025 * Math.exp(-((x / 0.016) ** 2));
}

/** Ribs, collar bones, shoulder blades. */
export function addBones(canvas: Canvas, chest: Chest, between: Between): void {
  for (const side of [-1, 1]) {
    for (let rib = 0; rib < 11; rib += 1) canvas.addTube(ribOf(rib, side, chest, between(-0.004, 0.004)));
    canvas.addTube({ points: alongCurve((t) => [side * (0.1 + 0.55 * t), -0.53 - 0.2 * t - 0.045 * Math.sin(t * 2 * Math.PI)]), radius: [0.026, 0.019], density: [0.08, 0.096], wall: 0.9 });
    canvas.addTube({ points: alongCurve((t) => [side * (0.64 + 0.16 * t + 0.03 * Math.sin(t * Math.PI)), -0.62 + 0.5 * t]), radius: [0.03, 0.014], density: [0.07, 0.07], wall: 1.2 });
    canvas.addTube({ points: alongCurve((t) => [side * (0.8 + 0.1 * t), -0.66 + 0.32 * t]), radius: [0.06, 0.045], density: [0.041, 0.041], wall: 0.8 });
  }
}

/** From the spine outwards and down, round the side, and forwards to where it becomes cartilage, which no film shows. */
function ribOf(index: number, side: number, chest: Chest, jitter: number): Tube {
  const root = -0.71 + index * 0.121 + jitter;
  const half = cageAt(root + 0.12 + 0.012 * index, chest) - 0.008;
  const [start, drop] = [0.075, 0.234 + 0.018 * index];
  const end = index < 9 ? 0.8 : 0.58;
  const points = alongCurve((t) => {
    const angle = t * end * Math.PI;
    const forwards = (1 - Math.cos(angle)) / 2;
    return [side * (start + (half - start) * Math.sin(angle) ** 0.9), root + 0.044 * Math.sin(Math.min(1, t * 2.6) * Math.PI) * (1 - t) + drop * forwards * (0.75 + 0.9 * forwards)];
  }, 40);
  return { points, radius: [0.0195, 0.022], density: [chest.ribs * 1.1, chest.ribs * 0.57], wall: 0.46 };
}

/** Each with two or three branches, thinner and fainter outwards. */
export function addVessels(canvas: Canvas, chest: Chest, between: Between): void {
  for (const side of [-1, 1]) {
    
    for (let index = 0; index < 9; index += 1) {
      const angle = -1.15 + index * 0.3 + between(-0.1, 0.1);
      addBranch(canvas, chest, between, { start: [side * between(0.15, 0.22), (side > 0 ? -0.08 : -0.03) + 0.12 * Math.sin(angle)], angle, side, length: between(0.2, 0.3), radius: 0.0236, depth: 0 });
    }
  }
}

interface Branch {
  readonly start: Point;
  readonly angle: number;
  readonly side: number;
  readonly length: number;
  readonly radius: number;
  readonly depth: number;
}

function addBranch(canvas: Canvas, chest: Chest, between: Between, { start: [x, y], angle, side, length, radius, depth }: Branch): void {
  const bend = between(-0.25, 0.25);
  const points = alongCurve((t): Point => [x + side * length * t * Math.cos(angle + bend * t), y + length * t * Math.sin(angle + bend * t)], 8);
  const density = 0.025 * 0.72 ** depth;
  canvas.addTube({ points, radius: [radius, radius * 0.6], density: [density, density * 0.7], wall: 0 }, (px, py) => lungAt(px, py, chest));
  if (depth === 3) return;
  for (const turn of [between(-0.6, -0.2), between(0.2, 0.6)]) {
    addBranch(canvas, chest, between, { start: points.at(-1)!, angle: angle + bend + turn, side, length: length * between(0.6, 0.85), radius: radius * 0.62, depth: depth + 1 });
  }
}

function alongCurve(at: (share: number) => Point, steps = 24): Point[] {
  return Array.from({ length: steps + 1 }, (_, step) => at(step / steps));
}

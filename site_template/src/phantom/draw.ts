// Draws frontal chest films of nobody: lung fields, ribs, mediastinum, diaphragm, vessels, with a consolidation or without.
//
// For people who want to try the page before they have a film. Nothing is taken from a real one, and the film says so itself.

import { letterAt } from "./letters.ts";

export interface Phantom {
  readonly width: number;
  readonly height: number;
  /** 0–255, row by row. */
  readonly levels: Uint8Array;
}

const [WIDTH, HEIGHT] = [320, 288];
const MARKS = ["PHANTOM", "DRAWN, NOT A PATIENT"];
/** The mark's level, in a margin of so many pixels. */
const [INK, MARGIN] = [235, 4];

/** The same film for the same seed. */
export function drawPhantom(seed: number, isIll: boolean): Phantom {
  const random = randomFrom(seed);
  const between = (low: number, high: number): number => low + (high - low) * random();
  const thorax = { half: between(0.82, 0.9), lungDepth: between(0.46, 0.52), heart: between(0.2, 0.26), gain: between(1.02, 1.15) };
  const lungs = [-1, 1].map((side) => ({ side, centre: side * between(0.36, 0.42), top: -0.72 + between(-0.05, 0.05), base: between(0.38, 0.5) + (side > 0 ? 0.04 : 0) }));
  const vessels = lungs.flatMap(({ side }) => Array.from({ length: 14 }, (_, index) => ({ side, angle: between(-1.3, 1.3), length: between(0.2, 0.5), phase: index })));
  const patches = isIll ? patchesOf(between) : [];
  const cloud = cloudFrom(random, 14);
  const levels = new Float32Array(WIDTH * HEIGHT);
  for (let row = 0; row < HEIGHT; row += 1) {
    for (let column = 0; column < WIDTH; column += 1) {
      const [x, y] = [(column / WIDTH) * 2 - 1, (row / HEIGHT) * 2 - 1];
      const lung = Math.max(...lungs.map((one) => lungAt(x, y, one)));
      const body = bodyAt(x, y, thorax.half);
      let level = 0.03 + body * (0.5 + 0.12 * (1 - x * x) + 0.1 * y);
      level -= thorax.lungDepth * lung * (1 - 0.25 * Math.min(1, Math.max(0, y)));
      level += middleAt(x, y, body, lung, thorax.heart);
      level += ribsAt(x, y, body, lung) + shouldersAt(x, y);
      if (lung > 0.01) {
        for (const vessel of vessels) level += vesselAt(x, y, vessel) * lung;
        for (const { centreX, centreY, radiusX, radiusY, density } of patches) {
          level += density * ellipse(x - centreX, y - centreY, radiusX, radiusY, 0.35) * lung * (0.9 + 0.5 * cloud(x, y));
        }
      }
      level += 0.1 * body * inside(1 - (y - 0.6) * 2, 0.1) - 0.1 * ellipse(x - 0.35, y - 0.72, 0.12, 0.09, 0.2);
      level += 0.002 * (random() + random() - 1);
      levels[row * WIDTH + column] = Math.min(1, Math.max(0, (level - 0.02) * thorax.gain)) ** 0.95 * 255;
    }
  }
  return { width: WIDTH, height: HEIGHT, levels: marked(softened(levels)) };
}

interface Lung {
  readonly side: number;
  readonly centre: number;
  readonly top: number;
  readonly base: number;
}

/** 1 within a distance of 1, 0 far outside, soft between. */
function inside(distance: number, softness: number): number {
  return 1 / (1 + Math.exp(Math.min(50, Math.max(-50, (distance - 1) / softness))));
}

function ellipse(x: number, y: number, radiusX: number, radiusY: number, softness: number, turn = 0): number {
  const [across, along] = [x * Math.cos(turn) + y * Math.sin(turn), y * Math.cos(turn) - x * Math.sin(turn)];
  return inside(Math.hypot(across / radiusX, along / radiusY), softness);
}

function bodyAt(x: number, y: number, half: number): number {
  const trunk = inside(Math.hypot(x / half, Math.max(Math.abs(y - 0.3) - 0.5, 0) / 0.9), 0.03);
  const neck = y < -0.4 ? inside(Math.abs(x) / 0.25, 0.08) : 0;
  const shoulders = ellipse(Math.abs(x) - 0.62, y + 0.62, 0.5, 0.38, 0.08);
  return Math.min(1, trunk + neck + shoulders);
}

/** Wider below, and on a dome of the diaphragm. */
function lungAt(x: number, y: number, { side, centre, top, base }: Lung): number {
  const half = 0.16 + 0.14 * Math.min(1, Math.max(0, (y - top) / (base - top))) ** 0.7;
  const aside = Math.abs(x - centre);
  const dome = base - 0.18 * Math.max(0, 1 - (aside / 0.3) ** 2) + 0.1 + 0.25 * Math.max(0, aside - 0.2);
  return inside(Math.abs(x - centre - 0.04 * side * y) / half, 0.07) * inside(1 + (y - dome), 0.035) * inside(1 - (y - top), 0.04);
}

/** Spine, heart, aorta and hila. */
function middleAt(x: number, y: number, body: number, lung: number, heart: number): number {
  const shadow = Math.max(ellipse(x - 0.12, y - 0.28, 0.3, 0.3, 0.07, 0.5), ellipse(x + 0.06, y - 0.25, 0.18, 0.28, 0.08));
  return (
    0.14 * body * Math.exp(-((x / 0.11) ** 2)) +
    0.05 * Math.exp(-((x / 0.07) ** 2)) * (1 + 0.6 * Math.sin(y * 24)) * body +
    heart * shadow * Math.min(1, lung + 0.25) +
    0.08 * ellipse(x - 0.08, y + 0.2, 0.12, 0.18, 0.15) +
    0.09 * ellipse(Math.abs(x) - 0.2, y, 0.12, 0.2, 0.3) * lung
  );
}

/** Behind, which fall outwards, and in front, which rise. */
function ribsAt(x: number, y: number, body: number, lung: number): number {
  const aside = Math.abs(x);
  if (aside < 0.05) return 0;
  let level = 0;
  for (let rib = 0; rib < 9; rib += 1) {
    const behind = -0.85 + rib * 0.165 + 0.28 * aside + 1.1 * Math.max(aside - 0.35, 0) ** 2;
    if (y < 0.62) level += 0.055 * Math.exp(-(((y - behind) / 0.028) ** 4)) * inside(aside / 0.76, 0.04) * body;
    const before = -0.55 + rib * 0.165 - 0.35 * (aside - 0.2);
    if (aside > 0.25) level += 0.022 * Math.exp(-(((y - before) / 0.03) ** 4)) * inside(aside / 0.7, 0.05) * lung;
  }
  return level;
}

/** Collar bones and shoulder blades. */
function shouldersAt(x: number, y: number): number {
  const aside = Math.abs(x);
  const collar = -0.62 - 0.16 * (aside - 0.1) + 0.05 * Math.sin(aside * 6);
  return 0.11 * Math.exp(-(((y - collar) / 0.035) ** 4)) * inside(Math.abs(aside - 0.4) / 0.34, 0.04) + 0.05 * ellipse(aside - 0.66, y + 0.35, 0.14, 0.3, 0.15, 0.3);
}

function vesselAt(x: number, y: number, { side, angle, length, phase }: { readonly side: number; readonly angle: number; readonly length: number; readonly phase: number }): number {
  const outwards = (x - side * 0.16) * side;
  const along = outwards * Math.cos(angle) + y * Math.sin(angle);
  if (along <= 0 || along >= length) return 0;
  const across = y * Math.cos(angle) - outwards * Math.sin(angle) + 0.06 * Math.sin(along * 8 + phase);
  return 0.055 * Math.exp(-((across / (0.018 * (1 - along / length) + 0.004)) ** 2));
}

function patchesOf(between: (low: number, high: number) => number) {
  const side = between(-1, 1) < 0 ? -1 : 1;
  return [0, 1].map(() => ({
    centreX: side * between(0.32, 0.46), centreY: between(-0.1, 0.3), radiusX: between(0.13, 0.2), radiusY: between(0.14, 0.24), density: between(0.2, 0.28),
  }));
}

/** Smooth chance between 0 and 1. */
function cloudFrom(random: () => number, cells: number): (x: number, y: number) => number {
  const grid = Array.from({ length: (cells + 2) ** 2 }, random);
  return (x, y) => {
    const [column, row] = [((x + 1) / 2) * cells, ((y + 1) / 2) * cells];
    const [left, top] = [Math.floor(column), Math.floor(row)];
    const at = (dx: number, dy: number): number => grid[(top + dy) * (cells + 2) + left + dx] ?? 0;
    const [right, down] = [column - left, row - top];
    return (at(0, 0) * (1 - right) + at(1, 0) * right) * (1 - down) + (at(0, 1) * (1 - right) + at(1, 1) * right) * down;
  };
}

/** Each pixel with its neighbours, 1 2 1. */
function softened(levels: Float32Array): Uint8Array {
  const along = (from: Float32Array, step: number, last: (index: number) => boolean, first: (index: number) => boolean): Float32Array =>
    from.map((level, index) => ((first(index) ? level : from[index - step]!) + 2 * level + (last(index) ? level : from[index + step]!)) / 4);
  const rows = along(levels, 1, (index) => index % WIDTH === WIDTH - 1, (index) => index % WIDTH === 0);
  const both = along(rows, WIDTH, (index) => index >= WIDTH * (HEIGHT - 1), (index) => index < WIDTH);
  return Uint8Array.from(both, Math.round);
}

/** With what it is, in its corner. */
function marked(levels: Uint8Array): Uint8Array {
  for (const [line, text] of MARKS.entries()) {
    for (let row = 0; row < 7; row += 1) {
      for (let column = 0; column < text.length * 6; column += 1) {
        if (letterAt(text[Math.floor(column / 6)]!, column % 6, row)) levels[(MARGIN + line * 9 + row) * WIDTH + MARGIN + column] = INK;
      }
    }
  }
  return levels;
}

/** Mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

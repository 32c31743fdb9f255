// Draws frontal chest films of nobody, as those of a child look: lung fields, ribs, heart, domes, vessels; with a consolidation or without.
//
// For people who want to try the page before they have a film. Nothing is copied from a real one, and the film says so itself. Sizes and
// greys were set by looking at films and the mean film of the training set, and then tuned until the network of children's films read clear
// drawings as clear and others as pneumonia. So what it says of them, and what networks that went on from it say, proves nothing about them.

import { Canvas, ellipse } from "./canvas.ts";
import { addBones, addVessels, chestFrom, hollowAt, lungAt, spineAt, tissueAt, type Between } from "./chest.ts";
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
  const chest = chestFrom(between);
  const patches = isIll ? patchesOf(between) : [];
  const [cloud, grain] = [cloudFrom(random, 14), cloudFrom(random, 60)];
  const canvas = new Canvas(WIDTH, HEIGHT);
  canvas.add((x, y) => {
    const lung = lungAt(x, y, chest);
    const ill = patches.reduce((sum, { centreX, centreY, radiusX, radiusY, density }) => sum + density * ellipse(x - centreX, y - centreY, radiusX, radiusY, 0.28) * (0.55 + 0.9 * cloud(x, y)), 0);
    const depth = 0.8 + 0.2 * Math.min(1, Math.max(0, y + 0.6));
    return tissueAt(x, y, chest) + spineAt(x, y) - hollowAt(x, y) - lung * (chest.air * depth * (1 - Math.min(0.95, ill)) - 0.043 * (cloud(y, x) - 0.5) - 0.02 * (grain(x, y) - 0.5));
  });
  addBones(canvas, chest, between);
  addVessels(canvas, chest, between);
  canvas.add(() => 0.002 * (random() + random() + random() - 1.5));
  const gain = between(0.95, 1.03);
  const levels = canvas.levels.map((level) => 255 * shown(level * gain));
  return { width: WIDTH, height: HEIGHT, levels: marked(softened(levels)) };
}

/** A film's curve: flat at both ends. */
function shown(level: number): number {
  return level <= 0 ? 0 : level < 0.72 ? level : 1 - 0.28 * Math.exp(-(level - 0.72) / 0.28);
}

/** Two or three that touch, in one lung. */
function patchesOf(between: Between) {
  const side = between(-1, 1) < 0 ? -1 : 1;
  const [centreX, centreY] = [side * between(0.4, 0.5), between(0, 0.28)];
  return [0, 1, 2].map(() => ({
    centreX: centreX + between(-0.1, 0.1), centreY: centreY + between(-0.14, 0.14), radiusX: between(0.22, 0.32), radiusY: between(0.26, 0.4), density: between(0.9, 1.2),
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

/** With what it is, in its corner, and the letter that films have on the patient's right. */
function marked(levels: Uint8Array): Uint8Array {
  for (const [line, text] of MARKS.entries()) stamp(levels, text, MARGIN, MARGIN + line * 9, INK, 1);
  stamp(levels, "R", 8, 122, 200, 2);
  return levels;
}

function stamp(levels: Uint8Array, text: string, left: number, top: number, level: number, scale: number): void {
  for (let row = 0; row < 7 * scale; row += 1) {
    for (let column = 0; column < text.length * 6 * scale; column += 1) {
      const at = Math.floor(column / scale);
      if (letterAt(text[Math.floor(at / 6)]!, at % 6, Math.floor(row / scale))) levels[(top + row) * WIDTH + left + column] = level;
    }
  }
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

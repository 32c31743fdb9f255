// A chart as SVG text, the same on the page and, drawn in Node, on the model cards. Coordinates are shares, 0–1; y grows upwards.

export const SIDE = 300;
const RIGHT = 10;
const TOP = 8;
const BOTTOM = 42;
const TICKS = [0, 0.2, 0.4, 0.6, 0.8, 1];

export type Point = readonly [x: number, y: number];

/** What stands at the axes. */
export interface Axes {
  readonly x: string;
  readonly y: string;
}

export class Drawing {
  readonly left: number;
  /** Of what is drawn, in pixels; the shares' square of SIDE is at the top. */
  readonly height: number;
  #parts: string[] = [];

  constructor({ left = 44, height = SIDE } = {}) {
    this.left = left;
    this.height = height;
  }

  x(share: number): number {
    return this.left + share * SIDE;
  }

  y(share: number): number {
    return TOP + (1 - share) * SIDE;
  }

  /** An element without contents; numbers in attributes are pixels. */
  add(element: string, attributes: Readonly<Record<string, string | number>>): this {
    this.#parts.push(`<${element}${attributesOf(attributes)}/>`);
    return this;
  }

  /** Lines from point to point. */
  path(name: string, points: readonly Point[]): this {
    return this.add("path", { class: name, d: `M${points.map(([x, y]) => `${rounded(this.x(x))} ${rounded(this.y(y))}`).join("L")}` });
  }

  dot(name: string, [x, y]: Point, r: number): this {
    return this.add("circle", { class: name, cx: this.x(x), cy: this.y(y), r });
  }

  write(text: string, x: number, y: number, anchor: "start" | "middle" | "end", transform?: string): this {
    const attributes = { x, y, "text-anchor": anchor, ...(transform === undefined ? {} : { transform }) };
    this.#parts.push(`<text${attributesOf(attributes)}>${escaped(text)}</text>`);
    return this;
  }

  /** The grid's upright lines with their ticks, and the names of both axes. */
  frame({ x, y }: Axes): this {
    this.add("path", { class: "grid", d: TICKS.map((tick) => `M${rounded(this.x(tick))} ${this.y(0)}V${this.y(1)}`).join("") });
    for (const tick of TICKS) this.write(String(tick), this.x(tick), TOP + this.height + 16, "middle");
    this.write(x, this.x(0.5), TOP + this.height + BOTTOM - 6, "middle");
    return this.write(y, 12, this.y(0.5), "middle", `rotate(-90 12 ${this.y(0.5)})`);
  }

  /** The grid's level lines with their ticks. */
  levels(): this {
    this.add("path", { class: "grid", d: TICKS.map((tick) => `M${this.x(0)} ${rounded(this.y(tick))}H${this.x(1)}`).join("") });
    for (const tick of TICKS) this.write(String(tick), this.x(0) - 6, this.y(tick) + 4, "end");
    return this;
  }

  /** The whole, with its name for people who do not see it. */
  svg(title: string): string {
    const viewBox = `0 0 ${this.left + SIDE + RIGHT} ${TOP + this.height + BOTTOM}`;
    const attributes = attributesOf({ xmlns: "http://www.w3.org/2000/svg", viewBox, role: "img", "aria-label": title });
    return `<svg${attributes}>${this.#parts.join("")}</svg>`;
  }
}

function attributesOf(attributes: Readonly<Record<string, string | number>>): string {
  const written = (value: string | number): string => (typeof value === "number" ? rounded(value) : escaped(value));
  return Object.entries(attributes).map(([name, value]) => ` ${name}="${written(value)}"`).join("");
}

/** A tenth of a pixel is finer than anybody sees. */
function rounded(pixels: number): string {
  return String(Math.round(pixels * 10) / 10);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

// HTML out of parts: every text is escaped, whatever a file is called.

/** Markup that may stand as it is. */
export class Markup {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

export type Part = string | Markup | readonly Part[];

/** An element; attributes come from here, never from a file. */
export function tag(name: string, part: Part = "", attributes = ""): Markup {
  return new Markup(`<${name}${attributes && ` ${attributes}`}>${written(part)}</${name}>`);
}

export function written(part: Part): string {
  if (part instanceof Markup) return part.markup;
  return typeof part === "string" ? escaped(part) : part.map(written).join("");
}

export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** Rows of a table; the first cell of each is its header. */
export function table(header: readonly Part[], rows: readonly (readonly Part[])[], attributes = ""): Markup {
  const head = header.length === 0 ? "" : tag("thead", tag("tr", header.map((cell) => tag("th", cell, 'scope="col"'))));
  const body = rows.map(([first, ...cells]) => tag("tr", [tag("th", first!, 'scope="row"'), ...cells.map((cell) => tag("td", cell))]));
  return tag("table", [head, tag("tbody", body)], attributes);
}

/** Terms with what they are. */
export function facts(pairs: readonly (readonly [Part, Part])[]): Markup {
  return tag("dl", pairs.map(([term, fact]) => [tag("dt", term), tag("dd", fact)]));
}

// Elements of the view, with their attributes, listeners and what is in them. All text goes in as text nodes.

type Attributes = Readonly<Record<string, string | number | boolean | ((event: Event) => void)>>;

export function el<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, attributes: Attributes = {}, ...inside: (Node | string)[]): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (typeof value === "boolean") element.toggleAttribute(name, value);
    else element.setAttribute(name, String(value));
  }
  element.append(...inside);
  return element;
}

export function button(text: string, press: () => void, attributes: Attributes = {}): HTMLButtonElement {
  return el("button", { type: "button", class: "quiet", ...attributes, click: press }, text);
}

/** A table that scrolls by itself where it does not fit; its first cells are headers. */
export function table(name: string, heads: readonly string[], rows: readonly (readonly (Node | string)[])[], attributes: Attributes = {}): HTMLElement {
  const head = el("tr", {}, ...heads.map((text) => (text === "" ? el("td") : el("th", { scope: "col" }, text))));
  const body = rows.map(([first, ...cells]) => el("tr", {}, el("th", { scope: "row" }, first!), ...cells.map((cell) => el("td", {}, cell))));
  return el("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": name }, el("table", attributes, el("thead", {}, head), el("tbody", {}, ...body)));
}

/** A number with what stands under it, quietly. */
export function withUnder(text: string, under: string): DocumentFragment {
  const both = document.createDocumentFragment();
  both.append(text, ...(under === "" ? [] : [el("span", { class: "together" }, under)]));
  return both;
}

export function svgElement(svg: string): SVGElement {
  return document.importNode(new DOMParser().parseFromString(svg, "image/svg+xml").documentElement as unknown as SVGElement, true);
}

/** What was open stays open when a part is drawn anew. */
export function fold(title: string, name: string, before: ParentNode, ...inside: Node[]): HTMLDetailsElement {
  const wasOpen = before.querySelector<HTMLDetailsElement>(`details[data-part="${name}"]`)?.open ?? false;
  return el("details", { "data-part": name, class: "measured-part", open: wasOpen }, el("summary", {}, el("h3", {}, title)), ...inside);
}

// The parts of <plainfilm-reader> that are there before any film.

import type { Model } from "../shared/site.ts";
import type { EmbeddedSite } from "./site.ts";

export interface Skeleton {
  readonly box: HTMLElement;
  readonly intake: HTMLElement;
  readonly input: HTMLInputElement;
  readonly engine: HTMLElement;
}

export function skeleton({ language, direction, title, page, words }: EmbeddedSite, model: Model): Skeleton {
  const box = make("section", "box", { lang: language, dir: direction, "aria-label": title });
  const intake = make("div", "intake");
  const input = make("input", "", { type: "file", multiple: "", id: "files" });
  intake.append(input, make("label", "choose", { for: "files" }, words.choose), make("span", "", {}, words.drop_here));

  const engine = make("div", "engine", { "data-testid": "engine", tabindex: "-1", "data-status": "loading", role: "group", "aria-label": words.engine_title });
  const state = make("p");
  state.append(
    make("span", "lamp", { "aria-hidden": "true" }), make("span", "engine-state", { role: "status" }, words.engine_waiting), make("span", "engine-model", {}, model.title),
  );
  const details = make("details", "", { hidden: "" });
  details.append(make("summary", "", {}, words.engine_details), make("ul", "trials"));
  const actions = make("p", "engine-actions", { hidden: "" });
  actions.append(
    make("button", "quiet retry-start", { type: "button" }, words.retry), make("button", "quiet reload-page", { type: "button", hidden: "" }, words.reload),
  );
  engine.append(state, actions, make("progress", "", { max: "1", "aria-label": words.engine_title }), details);

  const links = make("p", "links");
  const away = { target: "_blank", rel: "noopener" };
  links.append(
    make("a", "", { href: model.card, ...away }, `${words.card}: ${model.title}`), make("a", "", { href: page, ...away }, title),
  );
  box.append(intake, engine, make("ol", "readings", { "aria-label": words.readings }), make("p", "caution", {}, model.disclaimer), links);
  return { box, intake, input, engine };
}

export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag, className = "", attributes: Readonly<Record<string, string>> = {}, text = "",
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  if (className !== "") element.className = className;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== "") element.textContent = text;
  return element;
}

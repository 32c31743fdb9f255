// The dialog that asks what folders or labels mean, where their names do not say it.

import { el } from "./elements.ts";
import type { MeasureContext } from "./context.ts";
import { plain } from "./class_words.ts";
import type { Value } from "./labelled.ts";

const NOT_USED = "";

/** Asks; answers with a class for every value, or null for one that is not used. Null where the visitor thought better of it. */
export function askMeanings({ words, site }: MeasureContext, values: readonly Value[]): Promise<ReadonlyMap<string, string | null> | null> {
  const before = document.activeElement;
  const selects = values.map(({ text, n, meaning }, index) => {
    const select = el("select", { id: `meaning-${index}`, autocomplete: "off" },
      el("option", { value: NOT_USED }, words.text("measure-not-used")),
      ...site.classes.map(({ name, label }) => el("option", { value: name }, label)));
    select.value = meaning ?? NOT_USED;
    const row = el("div", {}, el("label", { for: `meaning-${index}` }, el("bdi", {}, text), " ", el("span", { class: "together" }, words.text("measure-n-films", { n }))), select);
    return { text, select, row };
  });
  const dialog = el("dialog", { class: "meanings", "aria-labelledby": "meanings-title" },
    el("h2", { id: "meanings-title" }, words.text("measure-meanings")),
    el("p", { class: "help" }, words.text("measure-meanings-help")),
    el("form", { method: "dialog" },
      el("div", { class: "meaning-rows" }, ...selects.map(({ row }) => row)),
      el("p", { class: "dialog-buttons" },
        el("button", { type: "submit", value: "use", class: "use" }, words.text("measure-meanings-use")),
        el("button", { type: "submit", value: "", class: "quiet", formnovalidate: true }, words.text("measure-cancel")))),
  );
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "use" ? new Map(selects.map(({ text, select }) => [plain(text), select.value === NOT_USED ? null : select.value])) : null);
      dialog.remove();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    });
    dialog.showModal();
  });
}

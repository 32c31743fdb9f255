// What is above the list: its order, what is looked for in it, cards or a table; kept for the visit. And its keys: j and k from film to film.

import type { ChosenModel } from "../chosen_model.ts";
import { byId } from "../dom.ts";
import type { Desk } from "./desk.ts";
import type { FilmList } from "./film_list.ts";
import { star } from "./mark_view.ts";
import { ORDERS, type Order } from "./order.ts";

const KEPT = "plainfilm-list";
/** While somebody types. */
const PAUSE_MILLISECONDS = 150;
/** Only where a class is looked for: of several that are not, each card says its own likeliest. */
const OF_ONE_CLASS: readonly Order[] = ["probability", "threshold"];

export class Controls {
  readonly #chosen: ChosenModel;
  readonly #list: FilmList;
  readonly #desk: Desk;
  readonly #order = byId<HTMLSelectElement>("order");
  readonly #find = byId<HTMLInputElement>("find");
  readonly #views = [...byId("views").querySelectorAll("input")];
  #reversed = false;
  #typing: ReturnType<typeof setTimeout> | undefined;

  constructor(chosen: ChosenModel, list: FilmList, desk: Desk) {
    this.#chosen = chosen;
    this.#list = list;
    this.#desk = desk;
    this.#restore();
    chosen.addEventListener("change", () => this.#offerOrders());
    this.#offerOrders();
    this.#order.addEventListener("change", () => this.#arrange(this.#order.value as Order, false));
    desk.onSort = (order) => this.#arrange(order, order === this.#order.value && !this.#reversed);
    for (const view of this.#views) view.addEventListener("change", () => this.#changeView());
    this.#find.addEventListener("input", () => {
      clearTimeout(this.#typing);
      this.#typing = setTimeout(() => void list.find(this.#find.value), PAUSE_MILLISECONDS);
    });
    document.addEventListener("keydown", (event) => this.#onKey(event));
  }

  /** To be called when the queue rests: what was read meanwhile finds its place. */
  arrangeAgain(): void {
    if (this.#order.value !== "given" || this.#list.isScattered) void this.#list.arrange();
  }

  /** Shows all that is there. */
  clear(): void {
    this.#find.value = "";
    void this.#list.find("");
    if (this.#list.isChosen) void this.#list.show(null);
  }

  #arrange(order: Order, reversed: boolean): void {
    this.#order.value = order;
    this.#reversed = reversed;
    this.#desk.showOrder(order, reversed);
    void this.#list.arrange(order, reversed);
    this.#keep();
  }

  #offerOrders(): void {
    for (const option of this.#order.options) option.hidden = option.disabled = this.#chosen.sought === null && OF_ONE_CLASS.includes(option.value as Order);
    if (this.#order.selectedOptions[0]?.disabled) this.#arrange("given", false);
  }

  get #isTable(): boolean {
    return this.#views.some(({ value, checked }) => checked && value === "table");
  }

  #changeView(): void {
    this.#keep();
    void this.#desk.showTable(this.#isTable);
  }

  #onKey(event: KeyboardEvent): void {
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || this.#list.size === 0) return;
    if (target instanceof Element && target.closest("input:not([type=checkbox], [type=radio]), textarea, select, dialog") !== null) return;
    const card = this.#desk.current();
    if (key === "j" || key === "k") this.#desk.step(key === "j" ? 1 : -1);
    else if (card === undefined) return;
    else if (key === "s") star(card.film);
    else if (key === "c") this.#desk.pick(card);
    else return;
    event.preventDefault();
  }

  #keep(): void {
    try {
      sessionStorage.setItem(KEPT, JSON.stringify([this.#isTable, this.#order.value, this.#reversed]));
    } catch {
      // Storage is switched off: it holds until the page is left.
    }
  }

  #restore(): void {
    try {
      const [isTable, order, reversed] = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]") as [boolean?, Order?, boolean?];
      if (isTable === true) {
        for (const view of this.#views) view.checked = view.value === "table";
        void this.#desk.showTable(true);
      }
      if (order !== undefined && ORDERS.includes(order)) this.#arrange(order, reversed === true);
    } catch {
      // The same, or somebody else's.
    }
  }
}

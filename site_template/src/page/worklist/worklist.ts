// The table of films, the full view with its strip of neighbours, and the comparison: begun when one of them is wanted (list/desk.ts).

import type { DeskContext, Worklist } from "../list/desk.ts";
import { FullView } from "../viewer/full_view.ts";
import { Compare } from "./compare.ts";
import { fillStrip } from "./strip.ts";
import { Table } from "./table.ts";
import { Thumbnails } from "./thumbnails.ts";

export function worklist(context: DeskContext): Worklist {
  const thumbnails = new Thumbnails();
  const table = new Table(context, thumbnails);
  const compare = new Compare(context, thumbnails);
  const full = new FullView(context, {
    compare: (one, other) => compare.open(one, other),
    strip: (element, card, choose) => fillStrip(element, card, context, thumbnails, choose),
  });
  return {
    showTable: (on) => table.show(on),
    showOrder: (order, reversed) => table.showOrder(order, reversed),
    refresh: () => table.refreshSoon(),
    current: () => table.current(),
    focus: (card) => table.focus(card),
    toggleFull: (card) => full.toggle(card),
    compare: (one, other) => compare.open(one, other),
    release: (film) => thumbnails.release(film),
    changed: (card) => {
      table.changed(card);
      compare.changed(card);
      full.changed(card);
    },
  };
}

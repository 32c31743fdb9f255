// "Remove all", after a confirmation: readings are lost with their films.

import { byId } from "../dom.ts";

export function prepareClearing(clear: () => void): void {
  const dialog = byId<HTMLDialogElement>("clear-dialog");
  byId("clear").addEventListener("click", () => dialog.showModal());
  dialog.querySelector(".keep")!.addEventListener("click", () => dialog.close());
  dialog.querySelector(".clear")!.addEventListener("click", () => {
    dialog.close();
    clear();
  });
}

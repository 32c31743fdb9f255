// The page's one dialog: a text to look at and to copy.

import { copyText } from "./save.ts";

const part = <T extends HTMLElement>(selector: string): T => document.querySelector<T>(`#text-dialog ${selector}`)!;

/** Wires the dialog's two buttons, once. */
export function prepareTextDialog(copied: string): void {
  const dialog = document.querySelector<HTMLDialogElement>("#text-dialog")!;
  const area = part<HTMLTextAreaElement>("textarea");
  part(".close").addEventListener("click", () => dialog.close());
  part(".copy-text").addEventListener("click", async () => {
    const done = await copyText(area.value);
    area.select(); // so that the keyboard can copy it where the page may not
    part(".said-of-copy").textContent = done ? copied : "";
  });
}

export function showText(title: string, text: string): void {
  part("h2").textContent = title;
  part(".said-of-copy").textContent = "";
  const area = part<HTMLTextAreaElement>("textarea");
  area.value = text;
  document.querySelector<HTMLDialogElement>("#text-dialog")!.showModal();
  area.select();
}

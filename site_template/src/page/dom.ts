// Small helpers for elements that the page is known to have.

/** The element with this id. */
export const byId = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;

/** Writes only what differs: a film that changes nothing costs no layout. */
export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Sets a `data-` attribute; null removes it. */
export function setData(element: HTMLElement, name: string, value: string | null): void {
  if (value === null) delete element.dataset[name];
  else if (element.dataset[name] !== value) element.dataset[name] = value;
}

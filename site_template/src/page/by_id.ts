// Elements that the page is known to have.

/** The element with this id. */
export const byId = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;

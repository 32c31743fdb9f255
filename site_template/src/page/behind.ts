// What stands behind the bar once there are films: how the engine was checked, other models, the whole warning.

import { byId } from "./dom.ts";

export function prepareBehind(): void {
  const button = byId("behind");
  button.addEventListener("click", () => {
    const isOpen = button.parentElement!.classList.toggle("is-open");
    button.ariaExpanded = String(isOpen);
  });
}

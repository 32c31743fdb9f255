// Hands what may be for measuring to the second script: films in folders, tables, thresholds of one's own.

import { byId } from "../dom.ts";
import type { Given } from "../intake.ts";
import { later } from "../later/load.ts";
import type { MeasureContext, Offer } from "./context.ts";

export class Arrivals {
  readonly #context: Omit<MeasureContext, "place" | "onClose">;
  #offer: Offer | null = null;
  #isAway = false;
  /** What came before is forgotten. */
  #since = 0;

  constructor(context: Omit<MeasureContext, "place" | "onClose">) {
    this.#context = context;
  }

  /** Films came. */
  saw(given: readonly Given[]): void {
    const paths = given.map(({ file }) => file.name).filter((name) => name.includes("/"));
    if (paths.length > 0) void this.#give((offer) => offer.saw(paths)).catch(() => {}); // nothing is offered then
  }

  /** A table or a JSON file came: `chosen` by itself, or found in a folder. */
  async table(file: File, chosen: boolean): Promise<void> {
    try {
      await this.#give((offer) => offer.table(file, chosen));
    } catch {
      if (chosen) byId("intake-status").textContent = this.#context.words.text("part-missing");
    }
  }

  changed(): void {
    if (!this.#isAway) this.#offer?.changed();
  }

  /** Every film is removed, and may come back: until then nothing is measured. */
  leave(): void {
    this.#since += 1;
    this.#isAway = true;
    this.#offer?.leave();
  }

  comeBack(): void {
    this.#isAway = false;
    this.#offer?.changed();
  }

  clear(): void {
    this.#isAway = false;
    this.#offer?.clear();
  }

  async #give(give: (offer: Offer) => void | Promise<void>): Promise<void> {
    const since = this.#since;
    const { measureOffer } = await later(this.#context.site);
    this.#offer ??= measureOffer(this.#context);
    if (since === this.#since) await give(this.#offer);
  }
}

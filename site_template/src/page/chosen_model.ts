// The model that reads, and the operating point at which the page decides.

import type { Rule } from "../shared/decide.ts";
import type { Model, OperatingPoint, Site } from "../shared/site.ts";

/** Dispatches `change` when another model reads, `again` when the same is chosen once more, and `point` when it decides at another operating point. */
export class ChosenModel extends EventTarget {
  readonly #site: Site;
  #current: Model;
  #point: OperatingPoint | null;

  /** `name` is the wanted model's; where the site does not have it, the site's default reads. */
  constructor(site: Site, name: string | null) {
    super();
    this.#site = site;
    this.#current = site.models.find((model) => model.name === name) ?? site.models[0]!;
    this.#point = this.#current.operating_points[0] ?? null;
  }

  get current(): Model {
    return this.#current;
  }

  /** Null for a model without operating points. */
  get point(): OperatingPoint | null {
    return this.#point;
  }

  /** The class that is looked for; null where none of several is, and the likeliest is read. */
  get sought(): string | null {
    return this.#current.operating_points.length > 0 || this.#site.classes.length === 2 ? this.#site.positive_class : null;
  }

  /** What decides a class. */
  get rule(): Rule {
    return { positive_class: this.#site.positive_class, operating_points: this.#current.operating_points };
  }

  /** The chosen operating point stays where this model has one of its name. */
  choose(name: string): void {
    const model = this.#site.models.find((one) => one.name === name);
    if (model === undefined) return;
    if (model === this.#current) return void this.dispatchEvent(new Event("again"));
    const { operating_points: points } = (this.#current = model);
    this.#point = points.find((point) => point.name === this.#point?.name) ?? points[0] ?? null;
    this.dispatchEvent(new Event("change"));
  }

  decideAt(point: OperatingPoint): void {
    this.#point = point;
    this.dispatchEvent(new Event("point"));
  }
}

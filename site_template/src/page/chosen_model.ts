// The model that reads, whose films they are, and the operating point at which the page decides.

import { pointOf, type Choice, type Rule } from "../shared/decide.ts";
import type { Model, OperatingPoint, Population, Site } from "../shared/site.ts";

/** Whose operating points are looked at: a population's, or those of a model that reads all films alike, which has no name. */
export type PointsOf = Pick<Population, "name" | "label" | "operating_points">;

/**
 * Dispatches `change` when another model reads, `again` when the same is chosen once more, `population` when it reads films as
 * others' and `point` when it decides at another operating point.
 */
export class ChosenModel extends EventTarget {
  readonly #site: Site;
  #current: Model;
  /** As it was said, whether or not this model knows it. */
  #population = "";
  #point: string | null;

  /** `name` is the wanted model's; where the site does not have it, the site's default reads. */
  constructor(site: Site, name: string | null) {
    super();
    this.#site = site;
    this.#current = site.models.find((model) => model.name === name) ?? site.models[0]!;
    this.#point = this.#current.operating_points[0]?.name ?? null;
  }

  get current(): Model {
    return this.#current;
  }

  /** Whose films they are; empty where it is not said, or this model does not know them. */
  get population(): string {
    return this.#current.populations.some(({ name }) => name === this.#population) ? this.#population : "";
  }

  /** By what films are read that do not say themselves whose they are. */
  get choice(): Choice {
    return { population: this.population, point: this.#point };
  }

  /** The chosen operating point of the population, or of the first where it is not said; null for a model without operating points. */
  get point(): OperatingPoint | null {
    return pointOf(this.pointsOf[0]!, this.#point);
  }

  /** Of the population, or of every one where it is not said. */
  get pointsOf(): readonly PointsOf[] {
    const { populations, operating_points } = this.#current;
    const said = populations.filter(({ name }) => name === this.#population);
    const known = said.length > 0 ? said : populations;
    return known.length > 0 ? known : [{ name: "", label: "", operating_points }];
  }

  /** The class that is looked for; null where none of several is, and the likeliest is read. */
  get sought(): string | null {
    return this.#current.operating_points.length > 0 || this.#site.classes.length === 2 ? this.#site.positive_class : null;
  }

  /** What decides a class. */
  get rule(): Rule {
    const { operating_points, populations } = this.#current;
    return { positive_class: this.#site.positive_class, operating_points, populations };
  }

  /** The chosen operating point stays where this model has one of its name, and so does the population. */
  choose(name: string): void {
    const model = this.#site.models.find((one) => one.name === name);
    if (model === undefined) return;
    if (model === this.#current) return void this.dispatchEvent(new Event("again"));
    this.#current = model;
    this.#point = pointOf(model, this.#point)?.name ?? null;
    this.dispatchEvent(new Event("change"));
  }

  readAs(population: string): void {
    if (population === this.#population) return;
    this.#population = population;
    this.dispatchEvent(new Event("population"));
  }

  decideAt(point: string): void {
    this.#point = point;
    this.dispatchEvent(new Event("point"));
  }
}

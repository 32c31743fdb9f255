// The model that reads, whose films they are, and the operating point at which the page decides.

import { pointOf, type Choice, type Rule } from "../shared/decide.ts";
import type { Model, OperatingPoint, Population, Site } from "../shared/site.ts";

/** Whose operating points are looked at: a population's, or those of a model that reads all films alike, which has no name. */
export type PointsOf = Pick<Population, "name" | "label" | "operating_points">;

/** A threshold of the visitor's own, as an operating point of one model, and of one of its populations where it tells them apart. */
export interface OwnPoint {
  readonly model: string;
  readonly population: string | null;
  readonly point: OperatingPoint;
}

/**
 * Dispatches `change` when another model reads, `again` when the same is chosen once more, `population` when it reads films as
 * others', `own` when it has or loses a threshold of the visitor's own, and `point` when it decides at another operating point.
 */
export class ChosenModel extends EventTarget {
  readonly #site: Site;
  #current: Model;
  /** As it was said, whether or not this model knows it. */
  #population = "";
  #point: string | null;
  #own: OwnPoint | null = null;
  /** The model with the visitor's own threshold among its operating points. */
  #withOwn: Model | null = null;

  /** `name` is the wanted model's; where the site does not have it, the site's default reads. */
  constructor(site: Site, name: string | null) {
    super();
    this.#site = site;
    this.#current = site.models.find((model) => model.name === name) ?? site.models[0]!;
    this.#point = this.#current.operating_points[0]?.name ?? null;
  }

  get current(): Model {
    return this.#withOwn ?? this.#current;
  }

  /** The visitor's own threshold for this model; null where there is none. */
  get own(): OwnPoint | null {
    return this.#withOwn === null ? null : this.#own;
  }

  /** Decides by a threshold of the visitor's own; null: by the model's own again. */
  useOwn(own: OwnPoint | null): void {
    const before = this.#own;
    this.#own = own;
    this.#putOwn();
    if (own !== null) this.#point = own.point.name;
    else if (this.#point === before?.point.name) this.#point = this.#current.operating_points[0]?.name ?? null;
    this.dispatchEvent(new Event("own"));
    this.dispatchEvent(new Event("point"));
  }

  #putOwn(): void {
    const [own, model] = [this.#own, this.#current];
    if (own === null || own.model !== model.name) return void (this.#withOwn = null);
    const added = <P extends { readonly operating_points: readonly OperatingPoint[] }>(to: P): P => ({ ...to, operating_points: [...to.operating_points, own.point] });
    const populations = model.populations.map((one) => (one.name === own.population ? added(one) : one));
    this.#withOwn = { ...(own.population === null ? added(model) : model), populations };
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
    const { populations, operating_points } = this.current;
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
    const own = this.own?.point.name === this.#point ? this.own : null;
    // A threshold of one's own decides alone: nothing is indeterminate between two others.
    const pointsFor = (population: string | null, points: readonly OperatingPoint[]): readonly OperatingPoint[] => (own?.population === population ? [own.point] : points);
    return {
      positive_class: this.#site.positive_class,
      operating_points: pointsFor(null, operating_points),
      populations: populations.map((one) => ({ ...one, operating_points: pointsFor(one.name, one.operating_points) })),
    };
  }

  /** The chosen operating point stays where this model has one of its name, and so does the population. */
  choose(name: string): void {
    const model = this.#site.models.find((one) => one.name === name);
    if (model === undefined) return;
    if (model === this.#current) return void this.dispatchEvent(new Event("again"));
    this.#current = model;
    this.#putOwn();
    this.#point = pointOf(this.current, this.#point)?.name ?? null;
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

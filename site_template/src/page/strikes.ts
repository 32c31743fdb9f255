// Which backends have failed with a film since the model was chosen: one that did is the last resort, one that did twice is out.

import { BACKENDS, type Backend } from "../shared/backend.ts";
import type { Trial } from "../shared/protocol.ts";

const MOST = 2;

export class Strikes {
  readonly #allowed: readonly Backend[];
  readonly #problems = new Map<Backend, string[]>();

  constructor(allowed: readonly Backend[]) {
    this.#allowed = allowed;
  }

  strike(backend: Backend, problem: string): void {
    this.#problems.set(backend, [...this.#of(backend), problem]);
  }

  /** What may still be tried. */
  get wanted(): { readonly backends: readonly Backend[]; readonly lastResort: readonly Backend[] } {
    const left = this.#allowed.filter((backend) => this.#of(backend).length < MOST);
    const lastResort = left.filter((backend) => this.#of(backend).length > 0);
    return { backends: [...left.filter((backend) => !lastResort.includes(backend)), ...lastResort], lastResort };
  }

  /** How the self-check went, with the backends that failed since and are not used. */
  among(trials: readonly Trial[]): Trial[] {
    const struck: Backend[] = BACKENDS.filter((backend) => this.#of(backend).length > 0 && !trials.some((trial) => trial.backend === backend && trial.milliseconds !== null));
    const failed = struck.map((backend) => ({ backend, milliseconds: null, problem: this.#of(backend).at(-1)! }));
    return [...trials.filter(({ backend }) => !struck.includes(backend)), ...failed];
  }

  #of(backend: Backend): readonly string[] {
    return this.#problems.get(backend) ?? [];
  }
}

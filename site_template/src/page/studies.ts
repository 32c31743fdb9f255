// Which films belong together: those of one study, which get a number here, in the order in which they came. Its UID goes no further.

export class Study {
  readonly number: number;
  films = 0;

  constructor(number: number) {
    this.number = number;
  }
}

export class Studies {
  readonly #known = new Map<string, Study>();

  /** The study of one more film; null where its file names none. */
  of(uid: string): Study | null {
    if (uid === "") return null;
    const study = this.#known.get(uid) ?? new Study(this.#known.size + 1);
    this.#known.set(uid, study);
    study.films += 1;
    return study;
  }
}

/** In the order in which their studies came; what belongs to none stays where it is. */
export function byStudy<T extends { readonly study: string }>(films: readonly T[]): T[] {
  const first = new Map<string, number>();
  const keyed = films.map((film, index) => {
    if (film.study !== "" && !first.has(film.study)) first.set(film.study, index);
    return { film, key: first.get(film.study) ?? index };
  });
  return keyed.sort((a, b) => a.key - b.key).map(({ film }) => film);
}

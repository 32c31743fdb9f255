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

/** In the order in which their studies came; what belongs to none (`null`, or empty) stays where it is. */
export function byStudy<T>(films: readonly T[], studyOf: (film: T) => string | number | null): T[] {
  const first = new Map<string | number, number>();
  const keyed = films.map((film, index) => {
    const study = studyOf(film) || null;
    if (study !== null && !first.has(study)) first.set(study, index);
    return { film, key: (study === null ? undefined : first.get(study)) ?? index };
  });
  return keyed.sort((a, b) => a.key - b.key).map(({ film }) => film);
}

// What a film check is: one way in which a picture shows that it should not be read, by a limit that comes with the bundle.

import type { Film, Grey } from "../../shared/film.ts";
import type { BundleMetadata } from "../../shared/metadata.ts";

/** The bundle's limits; what is absent is not checked. */
export type Limits = NonNullable<BundleMetadata["film_checks"]>;

/** A film and its shrunk copy (image/likeness.ts), which several checks look at. */
export interface Picture {
  readonly film: Film;
  readonly small: Grey;
}

export interface FilmCheck {
  /** The limit that it takes from the bundle: its name in metadata.json's `film_checks`. */
  readonly limit: keyof Limits;
  /** Code of the sentence that people read; in strings.toml under the same name. */
  readonly reason: string;
  /** What it sees and what would have done, both numbers of the sentence; null for a picture that passes. */
  readonly refuses: (picture: Picture, limits: Limits) => { readonly seen: number; readonly expected: number } | null;
}

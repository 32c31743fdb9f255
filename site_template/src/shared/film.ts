// A film as every decoder hands it on: grey levels, and what people should know of its file.

/** A decoded picture: 8-bit grey levels, row after row. */
export interface Grey {
  readonly width: number;
  readonly height: number;
  readonly levels: Uint8Array<ArrayBuffer>;
}

/** Why a film should not be read: by its file's header, or by what the picture shows. */
export interface Concern {
  /** Code of the sentence that people read (strings.toml). */
  readonly reason: string;
  /** The word in the file, such as `CT`, empty where it cannot be shown; or a number. */
  readonly seen: string;
  /** The number that would have done; empty beside a word. */
  readonly expected: string;
}

export interface Film extends Grey {
  /** Number of pictures in the file, of which this is the first. */
  readonly frames: number;
  /** Share of its pixels that are clearly in colour. */
  readonly colour: number;
  readonly concern: Concern | null;
}

// A film as every decoder hands it on: grey levels, colours where a network takes them, and what people should know of its file.

/** A decoded picture: 8-bit grey levels, row after row. */
export interface Grey {
  readonly width: number;
  readonly height: number;
  readonly levels: Uint8Array<ArrayBuffer>;
}

/** Red, green and blue of a picture, each row after row. */
export type Planes = readonly [red: Uint8Array<ArrayBuffer>, green: Uint8Array<ArrayBuffer>, blue: Uint8Array<ArrayBuffer>];

export interface Colourful extends Grey {
  /** Null for a picture that is grey, or whose colours nobody asked for. */
  readonly planes: Planes | null;
}

/** How a picture may have come to be other than as it should: its negative, or turned by a half or a quarter. */
export const TURNS = ["inverted", "upside-down", "clockwise", "anticlockwise"] as const;
export type Turn = (typeof TURNS)[number];

/** Why a film should not be read: by its file's header, or by what the picture shows. */
export interface Concern {
  /** Code of the sentence that people read (strings.toml). */
  readonly reason: string;
  /** The word in the file, such as `CT`, empty where it cannot be shown; or a number. */
  readonly seen: string;
  /** The number that would have done; empty beside a word. */
  readonly expected: string;
}

export interface Film extends Colourful {
  /** Number of pictures in the file, of which this is the first. */
  readonly frames: number;
  /** Share of its pixels that are clearly in colour. */
  readonly colour: number;
  readonly concern: Concern | null;
  /** Whose film it is by the age in its file's header, as in `Finding`; only where that says one and populations are told apart. */
  readonly population?: string;
  /** Only of a film that a formats worker has opened, where it is wanted. */
  readonly shown?: Shown | null;
}

/** A film's picture, as small as a card shows it. */
export interface Shown {
  readonly picture: Blob;
  /** Whether it has no colours. */
  readonly isGrey: boolean;
  /** Pixels of the film's own longer side. */
  readonly longest: number;
}

/** A film whose greys, and each of whose colours, `change` has changed. */
export function withColours({ width, height, levels, planes }: Colourful, change: (grey: Grey) => Grey): Colourful {
  const changed = (of: Uint8Array<ArrayBuffer>): Grey => change({ width, height, levels: of });
  const [red, green, blue] = planes?.map((plane) => changed(plane).levels) ?? [];
  return { ...changed(levels), planes: red && green && blue ? [red, green, blue] : null };
}

export function newPlanes(pixels: number): Planes {
  return [new Uint8Array(pixels), new Uint8Array(pixels), new Uint8Array(pixels)];
}

/** A film's buffers, to be handed over instead of copied. */
export function buffersOf({ levels, planes }: Colourful): ArrayBuffer[] {
  return [levels, ...(planes ?? [])].map(({ buffer }) => buffer);
}

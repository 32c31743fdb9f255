// The messages between the page and its second worker, which opens what browsers cannot.

import type { Film } from "./film.ts";
import type { GreyWindow } from "./grey_window.ts";
import type { Reason } from "./reading.ts";

/** What became of a file: a film, or why there is none. */
export type Opened = { readonly film: Film } | { readonly reason: Reason };

/** A file out of a ZIP, or why it could not be unpacked. */
export type Unpacked = Uint8Array<ArrayBuffer> | Reason;

/** What became of a ZIP: how many of its files are none that could be films, or why it cannot be unpacked any further. */
export type Unzipped = { readonly leftOut: number; readonly reason: Reason | null };

export type ToFormats =
  | { readonly type: "open"; readonly id: number; readonly bytes: Uint8Array<ArrayBuffer>; readonly window: GreyWindow | null }
  | { readonly type: "unzip"; readonly id: number; readonly archive: Blob | Uint8Array<ArrayBuffer> }
  /** No more of this ZIP is wanted; nothing more is said of it. */
  | { readonly type: "stop"; readonly id: number };

export type FromFormats =
  | { readonly type: "opened"; readonly id: number; readonly opened: Opened }
  /** One file of a ZIP, or why it cannot be had; more may follow. */
  | { readonly type: "entry"; readonly id: number; readonly name: string; readonly unpacked: Unpacked }
  | { readonly type: "unzipped"; readonly id: number; readonly unzipped: Unzipped };

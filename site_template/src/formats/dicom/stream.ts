// What a compressed frame says of itself, to be held against the DICOM header; training/films/dicom_stream.py reads the same.

/** How a frame is coded, whatever the transfer syntax says. */
export type Coding = "jpeg" | "lossless-jpeg" | "jpeg-ls" | "jpeg-2000";

export interface Stream {
  readonly coding: Coding;
  readonly rows: number;
  readonly columns: number;
  readonly components: number;
  /** Bits of a sample. */
  readonly precision: number;
  /** Whether a JPEG says of what kind its colours are (JFIF or Adobe). */
  readonly saysColours: boolean;
  /** What it says of the kind of its colours where its decoder hands them out as they are: by its components' names, and by a JFIF segment. */
  readonly isNamedRgb: boolean;
  readonly isJfif: boolean;
}

/** Null where no frame header is found. */
export function streamOf(bytes: Uint8Array): Stream | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (view.getUint16(0) === 0xffd8) return jpegOf(view);
    const at = codestreamOf(bytes);
    return at === null ? null : {
      coding: "jpeg-2000", columns: view.getUint32(at + 8) - view.getUint32(at + 16), rows: view.getUint32(at + 12) - view.getUint32(at + 20),
      components: view.getUint16(at + 40), precision: (view.getUint8(at + 42) & 0x7f) + 1, saysColours: true, isNamedRgb: false, isJfif: false,
    };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** The first frame header among a JPEG's segments. */
function jpegOf(view: DataView): Stream | null {
  let [saysColours, isJfif] = [false, false];
  for (let at = 2; view.getUint8(at) === 0xff; ) {
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const coding = codingOf(marker);
    if (coding !== null) {
      const components = view.getUint8(at + 9);
      const names = components === 3 && coding !== "jpeg" ? [10, 13, 16].map((place) => String.fromCharCode(view.getUint8(at + place))).join("") : "";
      return {
        coding, precision: view.getUint8(at + 4), rows: view.getUint16(at + 5), columns: view.getUint16(at + 7), components, saysColours,
        isNamedRgb: names === "RGB" || names === "rgb", isJfif: isJfif && names !== "",
      };
    }
    saysColours ||= saysKind(view, at);
    isJfif ||= marker === 0xe0 && isNamed(view, at, "JFIF");
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}

/** Whether a segment is JFIF's or Adobe's, and whole: decoders pass over one that is cut short. */
function saysKind(view: DataView, at: number): boolean {
  const [name, least] = view.getUint8(at + 1) === 0xe0 ? ["JFIF\0", 16] : view.getUint8(at + 1) === 0xee ? ["Adobe", 14] : ["", Infinity];
  return view.getUint16(at + 2) >= least && isNamed(view, at, name as string);
}

function isNamed(view: DataView, at: number, name: string): boolean {
  return [...name].every((letter, index) => view.getUint8(at + 4 + index) === letter.charCodeAt(0));
}

function codingOf(marker: number): Coding | null {
  if (marker === 0xf7) return "jpeg-ls";
  if (marker === 0xc3) return "lossless-jpeg";
  return marker >= 0xc0 && marker <= 0xc2 ? "jpeg" : null;
}

/** Where a JPEG 2000 codestream begins: at once, or in a box of a JP2 file. */
function codestreamOf(bytes: Uint8Array): number | null {
  const isStart = (at: number): boolean => bytes[at] === 0xff && bytes[at + 1] === 0x4f && bytes[at + 2] === 0xff && bytes[at + 3] === 0x51;
  if (isStart(0)) return 0;
  for (let at = 12; at < Math.min(bytes.length, 4096); at += 1) if (isStart(at)) return at;
  return null;
}

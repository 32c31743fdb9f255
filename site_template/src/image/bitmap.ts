// Makes a bitmap of an encoded picture: in the worker, or on the page where the worker cannot.

/** Rejects where this browser cannot decode the bytes. They stay the caller's. */
export type ToBitmap = (bytes: Uint8Array<ArrayBuffer>) => Promise<ImageBitmap>;

const OPTIONS: ImageBitmapOptions = {
  colorSpaceConversion: "none",
  premultiplyAlpha: "none",
  imageOrientation: "from-image", // where the page does not turn it itself
};

export const toBitmap: ToBitmap = (bytes) => createImageBitmap(new Blob([bytes]), OPTIONS);

/** Whether a Blob can be read here. WebKit's workers cannot when the page was opened from a disk. */
export function readsBlobs(): Promise<boolean> {
  return new Blob(["?"]).arrayBuffer().then(() => true, () => false);
}

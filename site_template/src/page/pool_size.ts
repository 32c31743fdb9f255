// How many workers read a batch, by what the browser says of the device.

/** As far as browsers tell. */
export interface Machine {
  readonly hardwareConcurrency?: number;
  /** In GB; Chromium's do, over https. */
  readonly deviceMemory?: number;
  readonly userAgent?: string;
  readonly maxTouchPoints?: number;
}

/** More would wait for memory, and for the page that shows what they find. */
const MOST = 4;
/** GB that the system, the browser and the page keep, and that each worker may take with a large film. */
const [KEPT_FREE, FOR_EACH] = [2, 1];

/** One for each core where there is memory for it; one on phones and tablets, whose heat and memory set the pace. */
export function mostWorkers({ hardwareConcurrency = 2, deviceMemory = 8, userAgent = "", maxTouchPoints = 0 }: Machine): number {
  const isTablet = /Macintosh/.test(userAgent) && maxTouchPoints > 1; // an iPad says that it is a Mac
  if (isTablet || /Android|Mobile|iPhone|iPad/.test(userAgent)) return 1;
  return Math.max(1, Math.min(MOST, hardwareConcurrency, Math.floor((deviceMemory - KEPT_FREE) / FOR_EACH)));
}

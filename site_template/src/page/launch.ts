// Films that the system opens with the installed page: "Open with" in its file manager.

interface Launch {
  readonly files: readonly FileSystemFileHandle[];
}

interface LaunchQueue {
  setConsumer(consumer: (launch: Launch) => void): void;
}

/** Calls `open` with the files of every launch; only Chromium's browsers have launches so far. */
export function takeLaunches(open: (files: File[]) => void): void {
  const { launchQueue } = window as { readonly launchQueue?: LaunchQueue };
  launchQueue?.setConsumer(({ files }) => void Promise.all(files.map((handle) => handle.getFile())).then(open));
}

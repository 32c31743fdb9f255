// A worker out of its script.

import { StartError } from "./start_error.ts";

/** Started by the script's bytes; browsers check no worker's script, so whoever calls has. As `begun`. */
export async function begunBy(script: Uint8Array<ArrayBuffer>, signal?: AbortSignal): Promise<Worker> {
  const made = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  return begun(made, signal).finally(() => URL.revokeObjectURL(made));
}

/** A worker that has said that it is there. Throws a StartError, or what `signal` aborts with. */
export function begun(address: string, signal?: AbortSignal): Promise<Worker> {
  return new Promise((resolve, reject) => {
    const failed = (message: string): StartError => new StartError("no-worker", message || "the worker could not be started");
    let worker: Worker;
    try {
      worker = new Worker(address);
    } catch (error) {
      return reject(failed(String(error)));
    }
    const end = (error: unknown): void => {
      worker.terminate();
      reject(error);
    };
    const onAbort = (): void => end(signal!.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    worker.onerror = ({ message }) => end(failed(message));
    worker.onmessage = () => {
      signal?.removeEventListener("abort", onAbort);
      worker.onerror = worker.onmessage = null;
      resolve(worker);
    };
  });
}

// The page's script: starts the worker, wires the page to it, and offers `window.plainfilm`.

import type { Backend } from "../engine/engine.ts";
import type { Reading } from "../shared/reading.ts";
import type { Site } from "../shared/site.ts";
import { EngineView } from "./engine_view.ts";
import { takeFiles } from "./intake.ts";
import { Reader } from "./reader.ts";
import { Readings } from "./readings.ts";
import { startWorker } from "./start_worker.ts";
import { Words } from "./words.ts";

/** What users' scripts may rely on. */
export interface Plainfilm {
  readonly version: string;
  /** Resolves when films can be read; rejects when they cannot. */
  readonly ready: Promise<{ readonly backend: Backend; readonly model: string }>;
  /** Reads one picture. A film that cannot be read resolves too, with its reason; rejects only when the engine is not usable. */
  classify(picture: Blob | ImageBitmap): Promise<Reading>;
}

declare global {
  interface Window {
    plainfilm: Plainfilm;
  }
}

function start(): void {
  const site = JSON.parse(document.getElementById("site")!.textContent) as Site;
  const words = new Words(site);
  const engineView = new EngineView(document.querySelector<HTMLElement>("[data-testid=engine]")!, words);
  startWorker(site, (worker) => {
    const reader = new Reader(worker, (state) => engineView.show(state), (tensors) => engineView.tensors(tensors));
    const readings = new Readings(site, words, reader);
    takeFiles(document.querySelector<HTMLInputElement>("#files")!, (files) => void readings.add(files));
    window.plainfilm = plainfilm(site, words, reader);
  }).catch((error: unknown) => engineView.show({ status: "failed", problem: String(error), trials: [] }));
}

function plainfilm(site: Site, words: Words, reader: Reader): Plainfilm {
  const ready = reader.ready.then((backend) => ({ backend, model: site.model }));
  ready.catch(() => {}); // a page that never asks is told by the engine area
  return {
    version: site.version,
    ready,
    async classify(picture) {
      const isPicture = picture instanceof Blob || picture instanceof ImageBitmap;
      const finding = await reader.read(isPicture ? picture : new Blob([String(picture)]));
      return { file: picture instanceof File ? picture.name : "", ...finding, message: words.messageOf(finding) };
    },
  };
}

start();

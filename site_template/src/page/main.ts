// The page's script: starts the worker, wires the page to it, and offers `window.plainfilm`.

import type { Backend } from "../shared/backend.ts";
import { decide, type Reading } from "../shared/decide.ts";
import type { PageData, Site } from "../shared/site.ts";
import { EngineView } from "./engine_view.ts";
import { FormatsWorker } from "./formats_worker.ts";
import { Intake } from "./intake.ts";
import { keepFilms } from "./links.ts";
import { Models, siteOf } from "./models.ts";
import { OperatingPoints } from "./numbers/operating_points.ts";
import { anotherLanguageIsChosen, prepareLanguages, showChosenLanguage } from "./languages.ts";
import { keepOffline } from "./offline.ts";
import { BugReport } from "./out/bug_report.ts";
import { prepareTextDialog } from "./out/text_dialog.ts";
import { Reader, type EngineState } from "./reader.ts";
import { Readings } from "./readings.ts";
import { startFormats } from "./start_worker.ts";
import { Explorer } from "./threshold_explorer/explorer.ts";
import { Words } from "./words.ts";

/** What users' scripts may rely on. */
export interface Plainfilm {
  readonly version: string;
  /** Resolves when films can be read; rejects when they cannot. Another one when another model is chosen. */
  readonly ready: Promise<{ readonly backend: Backend; readonly model: string }>;
  /**
   * Reads one picture; with `anyway` also one that would be refused. A film that cannot be read resolves too, with its reason;
   * rejects only when the engine is not usable.
   */
  classify(picture: Blob | ImageBitmap, options?: { readonly anyway?: boolean }): Promise<Reading>;
}

declare global {
  interface Window {
    plainfilm: Plainfilm;
  }
}

function start(): void {
  const site = siteOf(JSON.parse(document.getElementById("site")!.textContent) as PageData);
  const words = new Words(site);
  prepareLanguages(words);
  const engineView = new EngineView(document.querySelector<HTMLElement>("[data-testid=engine]")!, words);
  const points = new OperatingPoints(site, words);
  const show = (state: EngineState): void => {
    engineView.show(state);
    bugReport.hear(state);
  };
  prepareTextDialog(words.say("copied"));
  const formats = new FormatsWorker(startFormats(site), site.dicom);
  const reader = new Reader(formats, show, (tensors) => engineView.tensors(tensors));
  const readings = new Readings(site, words, reader, points);
  const bugReport = new BugReport(site, words, () => readings.films);
  const explorer = new Explorer(site, words, () => reader.predictions());
  keepFilms();
  new Models(site, words, () => {
    points.reset();
    void reader.load(site);
    readings.readAllAgain();
    explorer.reset();
  });
  void reader.load(site);
  const intake = new Intake(formats, words, (given) => readings.add(given));
  readings.onClear = () => intake.stop();
  window.plainfilm = plainfilm(site, words, reader);
  // Only now: the page's own loading comes first.
  void reader.ready.catch(() => {}).then(() => keepOffline(site.service_worker));
}

function plainfilm(site: Site, words: Words, reader: Reader): Plainfilm {
  return {
    version: site.version,
    get ready() {
      return reader.ready.then((backend) => ({ backend, model: site.model }));
    },
    async classify(picture, { anyway = false } = {}) {
      const isPicture = picture instanceof Blob || picture instanceof ImageBitmap;
      const finding = await reader.read(isPicture ? picture : new Blob([String(picture)]), anyway);
      const decided = { ...finding, ...decide(finding, site) };
      return { file: picture instanceof File ? picture.name : "", ...decided, message: words.messageOf(decided) };
    },
  };
}

if (anotherLanguageIsChosen()) void showChosenLanguage().finally(start);
else start();

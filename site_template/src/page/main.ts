// The page's script: starts the worker, wires the page to it, and offers `window.plainfilm`.

import type { Backend } from "../shared/backend.ts";
import { decide, type Reading } from "../shared/decide.ts";
import type { Site } from "../shared/site.ts";
import { ChosenModel } from "./chosen_model.ts";
import { byId } from "./dom.ts";
import { EngineView } from "./engine_view.ts";
import { BugReport } from "./exports/bug_report.ts";
import { prepareTextDialog } from "./exports/text_dialog.ts";
import { FormatsWorker } from "./formats_worker.ts";
import { Intake } from "./intake.ts";
import { keepFilms } from "./links.ts";
import { Models, wantedModel } from "./models.ts";
import { anotherLanguageIsChosen, prepareLanguages, showChosenLanguage } from "./languages.ts";
import { keepOffline } from "./offline.ts";
import { OperatingPointPanel } from "./operating_point/panel.ts";
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
  const site = JSON.parse(byId("site").textContent) as Site;
  const chosen = new ChosenModel(site, wantedModel());
  const words = new Words(site);
  prepareLanguages(words);
  prepareTextDialog(words.text("copied"));
  keepFilms();
  const engineView = new EngineView(document.querySelector<HTMLElement>("[data-testid=engine]")!, words);
  const bugReport = new BugReport(site, chosen, words, () => readings.films);
  const onState = (state: EngineState): void => {
    engineView.show(state);
    bugReport.onState(state);
  };
  const onTensors = (count: number): void => {
    engineView.tensors(count);
    bugReport.onTensors(count);
  };
  const formats = new FormatsWorker(startFormats(site), site.dicom, site.opens_dicom);
  const reader = new Reader(formats, onState, onTensors);
  const load = (): void => void reader.load(site, chosen.current);
  chosen.addEventListener("change", load); // the first to listen: whatever the others want of the reader is of the new model
  const readings = new Readings({ site, chosen, words, reader });
  new Models(site, chosen, words);
  new OperatingPointPanel(chosen, words);
  new Explorer(site, chosen, words, () => reader.predictions());
  load();
  const intake = new Intake(site, formats, words, (given) => readings.add(given));
  readings.onClear = () => intake.stop();
  window.plainfilm = plainfilm(site, chosen, words, reader);
  // Only now: the page's own loading comes first.
  void reader.ready.catch(() => {}).then(() => keepOffline(site.service_worker));
}

function plainfilm(site: Site, chosen: ChosenModel, words: Words, reader: Reader): Plainfilm {
  return {
    version: site.version,
    get ready() {
      return reader.ready.then((backend) => ({ backend, model: chosen.current.name }));
    },
    async classify(picture, { anyway = false } = {}) {
      const isPicture = picture instanceof Blob || picture instanceof ImageBitmap;
      const finding = await reader.read(isPicture ? picture : new Blob([String(picture)]), anyway);
      const decided = { ...finding, ...decide(finding, chosen.rule) };
      return { file: picture instanceof File ? picture.name : "", ...decided, message: words.messageOf(decided) };
    },
  };
}

if (anotherLanguageIsChosen()) void showChosenLanguage().finally(start);
else start();

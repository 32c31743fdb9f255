// The page's script: starts the worker, wires the page to it, and offers `window.plainfilm`.

import type { Site } from "../shared/site.ts";
import { plainfilm, type Plainfilm } from "./api.ts";
import { prepareBehind } from "./behind.ts";
import { ChosenModel } from "./chosen_model.ts";
import { byId } from "./dom.ts";
import { EngineView } from "./engine_view.ts";
import { BugReport } from "./exports/bug_report.ts";
import { prepareTextDialog } from "./exports/text_dialog.ts";
import type { Film } from "./film.ts";
import { FormatsWorker } from "./formats_worker.ts";
import { Intake, type Given } from "./intake.ts";
import { isPolicyOutdated } from "./kept_policy.ts";
import { atFirstUse } from "./later/load.ts";
import { KeptPictures } from "./kept_pictures.ts";
import { keepFilms } from "./links.ts";
import { Arrivals } from "./measure/arrivals.ts";
import { Models, wantedModel } from "./models.ts";
import { anotherLanguageIsChosen, prepareLanguages, showChosenLanguage } from "./languages.ts";
import { keepOffline } from "./offline.ts";
import { isOutdated } from "./outdated.ts";
import { OperatingPointPanel } from "./operating_point/panel.ts";
import { patienceOf } from "./patience.ts";
import { Reader, type EngineState } from "./reader.ts";
import { Readings } from "./readings.ts";
import { showSamples } from "./samples.ts";
import { aMoment, startFormats } from "./start_worker.ts";
import { Students } from "./threshold_explorer/students.ts";
import { Whose } from "./whose.ts";
import { Words } from "./words.ts";

declare global {
  interface Window {
    plainfilm: Plainfilm;
  }
}

/** What is there when all of the page is. */
interface Whole {
  readonly readings: Readings;
  readonly measure: Arrivals;
  readonly students: Students;
}

interface Begun {
  readonly site: Site;
  readonly chosen: ChosenModel;
  readonly words: Words;
  readonly reader: Reader;
  readonly intake: Intake;
}

/** What reads films, and takes them, in a task of its own; the rest follows. */
async function start(): Promise<void> {
  const site = JSON.parse(byId("site").textContent) as Site;
  const chosen = new ChosenModel(site, wantedModel());
  const words = new Words(site);
  const load = (): void => void reader.load(site, chosen.current);
  const engineView = new EngineView(document.querySelector<HTMLElement>("[data-testid=engine]")!, words, load);
  let films: () => readonly Film[] = () => [];
  const bugReport = new BugReport(site, chosen, words, () => films());
  const onState = (state: EngineState): void => {
    engineView.show(state);
    bugReport.onState(state);
    if (state.status === "ready") {
      void whole.then(({ readings, students }) => {
        readings.readUnread();
        students.retry();
      });
    }
    if (state.status === "failed" && (state.why === "missing" || state.why === "changed")) {
      void isOutdated(site).then((outdated) => outdated && reader.failed && engineView.offerReload());
    }
    if (state.status === "failed") {
      void isPolicyOutdated().then((outdated) => {
        if (!outdated || !reader.failed) return;
        if (films().length === 0) location.reload();
        else engineView.offerReload();
      });
    }
  };
  const onTensors = (count: number): void => {
    engineView.tensors(count);
    bugReport.onTensors(count);
  };
  const formats = new FormatsWorker(startFormats(site), {
    rules: site.dicom, opensDicom: site.opens_dicom, patience: patienceOf(site.film_patience), isOutdated: () => isOutdated(site),
  });
  const reader = new Reader(formats, onState, onTensors, site.pool);
  chosen.addEventListener("again", () => reader.failed && load());
  chosen.addEventListener("change", load); // the first to listen: whatever the others want of the reader is of the new model
  const take = (given: Given[]): void => {
    void whole.then(({ readings, measure }) => {
      readings.add(given);
      measure.saw(given);
    });
  };
  const intake = new Intake(site, formats, words, take, (file, isChosen) => void whole.then(({ measure }) => measure.table(file, isChosen)));
  const whole = theRest({ site, chosen, words, reader, intake });
  load();
  window.plainfilm = plainfilm(site, chosen, words, reader);
  return whole.then(({ readings }) => {
    films = () => readings.films;
    document.documentElement.dataset["start"] = "done";
    dispatchEvent(new Event("plainfilm-started")); // the script in the page's head (guard/main.ts) waits for it
    // Only now: the page's own loading comes first.
    void reader.ready.catch(() => {}).then(() => {
      showSamples();
      void keepOffline(site.service_worker);
      atFirstUse(() => readings.prepare());
    });
  });
}

/** In several tasks, between which a slow phone paints and answers. */
async function theRest({ site, chosen, words, reader, intake }: Begun): Promise<Whole> {
  await aMoment();
  new Whose(chosen, words);
  new Models(site, chosen, words);
  prepareLanguages(words);
  prepareTextDialog(words.text("copied"));
  keepFilms();
  prepareBehind();
  await aMoment();
  const readings = new Readings({ site, chosen, words, reader, pictures: new KeptPictures() });
  const measure = new Arrivals({ site, chosen, words, films: () => readings.films, show: (films) => readings.list.show(films) });
  readings.onChange = () => measure.changed();
  readings.onClear = () => {
    const putBack = intake.stop();
    measure.leave();
    const back = (): void => {
      putBack();
      measure.comeBack();
    };
    return { back, gone: () => measure.clear() };
  };
  intake.onStudies = () => readings.drawStudies();
  readings.leftOut = () => intake.leftOut();
  await aMoment();
  new OperatingPointPanel(chosen, words);
  const students = new Students(site, chosen, words, () => reader.predictions());
  return { readings, measure, students };
}

const begin = (): Promise<void> => start().catch(reportError); // the page's head listens to what goes wrong
if (anotherLanguageIsChosen()) void showChosenLanguage().finally(begin);
else void begin();

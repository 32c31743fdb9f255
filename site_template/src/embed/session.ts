// One reader on a page of others: the site's words, a model, and the workers that read.

import { plainfilm, type Plainfilm } from "../page/api.ts";
import { ChosenModel } from "../page/chosen_model.ts";
import { FormatsWorker } from "../page/formats_worker.ts";
import { KeptPictures } from "../page/kept_pictures.ts";
import { patienceOf } from "../page/patience.ts";
import { Reader, type EngineState } from "../page/reader.ts";
import { startFormats } from "../page/start_worker.ts";
import { Words } from "../page/words.ts";
import { siteIn, type EmbeddedSite } from "./site.ts";

export interface Wanted {
  /** The name of a model of the site; its default where this is null or there is none of this name. */
  readonly model: string | null;
  /** Tags of languages, most wanted first. */
  readonly languages: readonly string[];
}

export class Session {
  readonly site: EmbeddedSite;
  readonly words: Words;
  readonly chosen: ChosenModel;
  readonly reader: Reader;
  readonly pictures = new KeptPictures();
  readonly api: Plainfilm;
  readonly #formats: FormatsWorker;

  private constructor(site: EmbeddedSite, model: string | null, onState: (state: EngineState) => void) {
    this.site = site;
    this.words = new Words(site);
    this.chosen = new ChosenModel(site, model);
    this.#formats = new FormatsWorker(startFormats(site), {
      rules: site.dicom, opensDicom: site.opens_dicom, patience: patienceOf(site.film_patience),
    });
    this.reader = new Reader(this.#formats, onState, () => {}, site.pool);
    this.api = plainfilm(site, this.chosen, this.words, this.reader);
  }

  /** Rejects where the site's files cannot be had. The engine is not started. */
  static async prepare({ model, languages }: Wanted, onState: (state: EngineState) => void = () => {}): Promise<Session> {
    return new Session(await siteIn(languages), model, onState);
  }

  /** Loads the model; `reader.ready` says when. */
  start(): void {
    void this.reader.load(this.site, this.chosen.current);
  }

  /** Ends the workers and frees what they hold. */
  end(): void {
    this.reader.end();
    this.#formats.end();
  }
}

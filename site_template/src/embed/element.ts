// <plainfilm-reader>: a reader for a page of others, in a shadow tree of its own.

import { checkPopulation, type ClassifyOptions, type Plainfilm } from "../page/api.ts";
import { setText } from "../page/dom.ts";
import { EngineView } from "../page/engine_view.ts";
import { Film, type FilmContext } from "../page/film.ts";
import { Queue } from "../page/queue.ts";
import type { EngineState } from "../page/reader.ts";
import { ReadingView } from "../page/reading_view.ts";
import { isTooLarge } from "../page/shown_file.ts";
import { turnedFile } from "../page/turned_picture.ts";
import type { Reading } from "../shared/decide.ts";
import { Session } from "./session.ts";
import { unavailableIn } from "./site.ts";
import { make, skeleton, type Skeleton } from "./skeleton.ts";

const FINISHED = ["done", "refused", "error"];

export class PlainfilmReader extends HTMLElement {
  static readonly observedAttributes = ["lang", "model", "population", "theme"];
  readonly #root: ShadowRoot = this.attachShadow({ mode: "open" });
  readonly #queue = new Queue(() => {}, (waiting) => this.#reader?.widthFor(waiting) ?? 1, () => this.#reader?.ahead ?? 0);
  readonly #films = new Set<Film>();
  #session: Promise<Session> | null = null;
  /** Of the session that is shown. */
  #reader: Session["reader"] | null = null;
  /** Another one with every session: what comes late of one that was ended is passed over. */
  #turn = 0;

  connectedCallback(): void {
    this.#begin();
  }

  disconnectedCallback(): void {
    queueMicrotask(() => this.isConnected || this.#end()); // it may only have been moved
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (this.#session === null || before === now) return;
    if (name === "population") return void this.#session.then((session) => this.#readAs(session), () => {});
    this.#end();
    this.#begin();
  }

  /** Resolves when films can be read; rejects, with the reason, when they cannot. */
  get ready(): Plainfilm["ready"] {
    return this.#opened().then(({ api }) => api.ready);
  }

  /** Reads one picture and shows nothing, as `window.plainfilm.classify` of the page. */
  async classify(picture: Blob | ImageBitmap, options?: ClassifyOptions): Promise<Reading> {
    return (await this.#opened()).api.classify(picture, options);
  }

  /** Reads pictures and shows what was read, as if they had been dropped here. */
  async read(files: Iterable<File>): Promise<void> {
    const session = await this.#opened();
    this.#add(session, [...files]);
  }

  #opened(): Promise<Session> {
    return this.#session ?? Promise.reject(new DOMException("<plainfilm-reader> is not in a document", "InvalidStateError"));
  }

  #begin(): void {
    if (this.#session !== null) return;
    this.#root.adoptedStyleSheets = [styleFor(this.getAttribute("theme"))];
    const session = (this.#session = this.#prepare());
    this.#tellWhenReady(session);
  }

  #tellWhenReady(session: Promise<Session>): void {
    const mine = this.#turn;
    session.then(({ api }) => api.ready).then(
      (ready) => {
        if (this.#turn === mine) this.#tell("ready", ready);
      },
      (error: unknown) => {
        if (this.#turn === mine) this.#tell("error", { message: error instanceof Error ? error.message : String(error), reading: null });
      },
    );
  }

  /** After a start that came to nothing. Films that were given meanwhile are read then. */
  #startAgain(session: Session): void {
    session.start();
    this.#tellWhenReady(Promise.resolve(session));
    const unread = [...this.#films].filter(({ reason }) => reason === "engine-failed");
    for (const film of unread) film.reset();
    this.#queue.addFirst(unread);
  }

  async #prepare(): Promise<Session> {
    let view: EngineView | null = null;
    const onState = (state: EngineState): void => view?.show(state);
    const languages = this.#languages;
    const mine = this.#turn;
    const prepared = Session.prepare({ model: this.getAttribute("model"), languages }, onState);
    prepared.catch((error: unknown) => {
      if (this.#turn === mine) this.#root.replaceChildren(this.#unavailable(error));
    });
    const session = await prepared;
    if (this.#turn !== mine) return session;
    this.#readAs(session);
    const parts = skeleton(session.site, session.chosen.current);
    view = new EngineView(parts.engine, session.words, () => this.#startAgain(session));
    this.#root.replaceChildren(parts.box);
    this.#reader = session.reader;
    session.reader.onWidth = () => this.#queue.widen();
    this.#listen(parts, session);
    session.start();
    return session;
  }

  /** As films of those whom the attribute names; what was read is decided anew. A name that the model does not know is not said. */
  #readAs({ chosen }: Session): void {
    const population = this.getAttribute("population") ?? "";
    try {
      checkPopulation(population, chosen.current.populations.map(({ name }) => name), chosen.current.name);
    } catch (error) {
      console.error("<plainfilm-reader>:", (error as RangeError).message);
    }
    chosen.readAs(population);
    for (const film of this.#films) film.decideBy(chosen.choice);
  }

  get #languages(): string[] {
    return [this.closest<HTMLElement>("[lang]")?.lang ?? ""].filter((tag) => tag !== "");
  }

  /** Without the site's files there are no words but those that came with this script. */
  #unavailable(error: unknown): HTMLElement {
    const { text, retry: again, direction } = unavailableIn(this.#languages, error);
    const box = make("div", "box", { dir: direction });
    const retry = make("button", "quiet retry-start", { type: "button" }, again);
    retry.addEventListener("click", () => {
      this.#end();
      this.#begin();
    });
    box.append(make("p", "", { role: "alert" }, text), retry);
    return box;
  }

  #end(): void {
    const session = this.#session;
    this.#session = this.#reader = null;
    this.#turn += 1;
    this.#queue.remove(new Set(this.#films));
    this.#films.clear();
    this.#root.replaceChildren();
    void session?.then((one) => one.end(), () => {});
  }

  #listen({ intake, input }: Skeleton, session: Session): void {
    input.addEventListener("change", () => {
      this.#add(session, [...(input.files ?? [])]);
      input.value = ""; // so that the same film can be chosen again
    });
    const dragging = (event: DragEvent, on: boolean): void => {
      event.preventDefault();
      intake.classList.toggle("dragging", on);
    };
    intake.addEventListener("dragover", (event) => dragging(event, true));
    intake.addEventListener("dragleave", (event) => dragging(event, false));
    intake.addEventListener("drop", (event) => {
      dragging(event, false);
      this.#add(session, [...(event.dataTransfer?.files ?? [])]);
    });
  }

  #add(session: Session, files: readonly File[]): void {
    const context: FilmContext = session;
    const films = files.map((file) => new Film({ file, problem: null }, context));
    for (const film of films) this.#show(film, session);
    this.#queue.add(films);
  }

  #show(film: Film, session: Session): void {
    const card = make("li", "reading", { "data-testid": "reading", "data-file": film.name });
    const image = make("img", "", { alt: film.name, hidden: "", loading: "lazy" });
    void this.#showFile(image, film);
    const said = make("div", "said");
    const anyway = make("button", "quiet anyway", { type: "button" }, session.site.words.read_anyway);
    const turn = make("button", "turn", { type: "button", hidden: "" });
    const retry = make("button", "quiet retry", { type: "button" }, session.site.words.retry);
    const remove = make("button", "quiet remove", { type: "button", "aria-label": session.words.text("remove-film", { file: film.name }) }, session.site.words.remove);
    said.append(
      make("p", "file"), make("p", "verdict", { role: "status" }), make("p", "score"), make("p", "notes"), turn, anyway, retry, make("dl", "classes"),
      make("p", "whose"), make("p", "operating-point"), make("p", "caution"), remove,
    );
    card.append(image, said);
    const view = new ReadingView(card, session);
    const draw = (): void => {
      view.draw(film);
      setText(said.querySelector<HTMLElement>(".operating-point")!, film.decidedAt);
      if (FINISHED.includes(film.status)) this.#report(film);
    };
    film.onChange = draw;
    film.isSoon = () => this.#queue.isSoon(film);
    anyway.addEventListener("click", () => {
      film.reset(true);
      this.#queue.addFirst([film]);
    });
    turn.addEventListener("click", () => {
      film.turnBack();
      this.#queue.addFirst([film]);
    });
    retry.addEventListener("click", () => {
      void session.reader.again(); // where nothing can be read
      film.reset();
      this.#queue.addFirst([film]);
    });
    remove.addEventListener("click", () => {
      URL.revokeObjectURL(image.src);
      this.#queue.remove(new Set([film]));
      this.#films.delete(film);
      session.pictures.forget(film);
      card.remove();
      this.#root.querySelector("input")?.focus();
    });
    view.draw(film);
    this.#films.add(film);
    this.#root.querySelector(".readings")!.append(card);
  }

  /** Where the browser cannot show the file itself. */
  async #showPreview(image: HTMLImageElement, film: Film): Promise<void> {
    image.onerror = null;
    image.hidden = true;
    URL.revokeObjectURL(image.src);
    const preview = await film.preview().catch(() => null);
    if (preview === null || !this.#films.has(film)) return;
    image.src = URL.createObjectURL(preview);
    image.hidden = false;
  }

  async #showFile(image: HTMLImageElement, film: Film): Promise<void> {
    if (await isTooLarge(film.file)) return;
    const shown = await film.shownSoon();
    if (!this.#films.has(film)) return;
    image.onerror = () => void this.#showPreview(image, film);
    image.src = URL.createObjectURL(shown?.picture ?? film.file);
    image.hidden = false;
    if (shown === null) void this.#showTurned(image, film);
  }

  /** Where the browser shows the file otherwise than it is read. */
  async #showTurned(image: HTMLImageElement, film: Film): Promise<void> {
    const turned = await turnedFile(film.file).catch(() => null);
    if (turned === null || !this.#films.has(film)) return;
    URL.revokeObjectURL(image.src);
    image.src = URL.createObjectURL(turned);
  }

  #report(film: Film): void {
    const reading = film.decided === null ? null : { file: film.name, ...film.decided, message: film.message };
    if (film.status === "error") this.#tell("error", { message: film.message, reading });
    else this.#tell("reading", reading);
  }

  #tell(what: "ready" | "reading" | "error", detail: unknown): void {
    this.dispatchEvent(new CustomEvent(`plainfilm-${what}`, { detail, bubbles: true, composed: true }));
  }
}

/** Dark or light as the visitor's system is, unless the page says which: the question is then one with a fixed answer. */
function styleFor(theme: string | null): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  const answers: Readonly<Record<string, string>> = { light: "(min-width:0)", dark: "(max-width:-1px)" };
  const fixed = answers[theme ?? ""];
  const style = fixed === undefined ? EMBEDDED.style : EMBEDDED.style.replace(/\(prefers-color-scheme: ?light\)/g, fixed);
  sheet.replaceSync(fixed === undefined ? style : `${style}:host{color-scheme:${theme}}`);
  return sheet;
}

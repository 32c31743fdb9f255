import assert from "node:assert/strict";
import { test } from "node:test";
import type { HeatMap } from "../shared/protocol.ts";
import type { Finding } from "../shared/reading.ts";
import type { Sample, Site } from "../shared/site.ts";
import { ChosenModel } from "./chosen_model.ts";
import { Film, type FilmContext } from "./film.ts";
import { KeptPictures } from "./kept_pictures.ts";
import { Words } from "./words.ts";

const POINTS = [{ name: "balanced", label: "Balanced", threshold: 0.4 }, { name: "screening", label: "Screening", threshold: 0.2 }];
const SITE = {
  language: "en", version: "1.2.3", positive_class: "B",
  classes: [{ name: "A", label: "fine" }, { name: "B", label: "ill" }],
  models: [
    { name: "tiny", sha256: "0123456789abcdef0123", precision: "float32", operating_points: POINTS, populations: [] },
    { name: "other", sha256: "", precision: "float32", operating_points: [], populations: [] },
  ],
  messages: {
    queued: "Waiting", running: "Reading", cancelled: "Stopped", unreadable: "Damaged", "too-large": "Too large", "engine-failed": "No engine",
    "too-dark-or-blank": "Dark: {seen}", said: "{headline}. {sentence}", like: "{label}-like", unlike: "Not {label}-like", indeterminate: "Indeterminate",
    "score-above": "Above {point}", "score-below": "Below {point}",
    percent: "{value} %", overridden: "On request.", "first-frame": "First of {n}.", "backend-wasm": "WASM",
    provenance: "{model} {sha256} {precision} {backend} {version}", details: "{width}×{height} {milliseconds} {backend}",
  },
} as unknown as Site;
const FINDING: Finding = {
  status: "done", reason: null, seen: "", expected: "", turn: null, population: null, probability: 0.3, logit: [1, -1], ood_score: 2, overridden: false, backend: "wasm", model: "tiny",
  probabilities: [{ class_name: "A", probability: 0.7 }, { class_name: "B", probability: 0.3 }], width: 30, height: 40, frames: 1, milliseconds: 11.6,
};
const UNREAD = { probability: null, probabilities: [], logit: [], ood_score: null };

/** A film whose reader answers so, and the number of changes that it reports. */
function filmOf(answer: Partial<Finding> | Error, problem: "too-large" | null = null, site = SITE, sample: Sample | null = null) {
  const asked: boolean[] = [];
  const reader: FilmContext["reader"] = {
    read: (_, { anyway }) => {
      asked.push(anyway);
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve({ ...FINDING, ...answer });
    },
    heatMap: () => Promise.resolve({ class_name: "B", values: new Float32Array(1), height: 1, width: 1, units: null }),
    scale: () => Promise.resolve(null),
    preview: () => Promise.resolve(null),
    again: () => Promise.resolve(),
    isReady: true,
  };
  const chosen = new ChosenModel(site, null);
  const film = new Film({ file: new File([], "a.png"), problem, sample }, { site, words: new Words(site), chosen, reader, pictures: new KeptPictures(1) });
  const statuses: string[] = [];
  film.onChange = () => statuses.push(film.status);
  return { film, chosen, asked, statuses };
}
const run = (film: Film): Promise<void> => film.run(new AbortController().signal);

test("a film waits, is read, and says what was read at the chosen operating point", async () => {
  const { film, statuses } = filmOf({});
  assert.deepEqual([film.status, film.message, film.reading, film.date, film.provenance], ["queued", "Waiting", null, null, ""]);
  film.be("running");
  assert.equal(film.message, "Reading");
  await run(film);
  assert.deepEqual(statuses, ["running", "done"]);
  assert.deepEqual([film.message, film.reading?.label, film.reading?.threshold, film.probability], ["Not ill-like. Below balanced", "A", 0.4, 0.3]);
  assert.deepEqual([film.provenance, film.details, film.notes], ["tiny 0123456789abcdef float32 WASM 1.2.3", "30×40 12 WASM", ""]);
  assert.ok(film.date instanceof Date);
});

test("another operating point decides it anew, and it keeps one reading until then", async () => {
  const { film, statuses } = filmOf({});
  await run(film);
  assert.equal(film.reading, film.reading);
  film.decideBy({ population: "", point: "screening" });
  assert.deepEqual([film.reading?.label, film.reading?.operating_point, film.message], ["B", "screening", "Ill-like. Above screening"]);
  assert.deepEqual(statuses, ["done", "done"]);
});

test("a film that still waits takes another operating point silently", () => {
  const { film, statuses } = filmOf({});
  film.decideBy({ population: "", point: "screening" });
  assert.deepEqual([statuses, film.point?.name], [[], "screening"]);
});

test("a refused film has a finding and a reason, but no reading; on request it is read all the same", async () => {
  const { film, asked } = filmOf({ status: "refused", reason: "too-dark-or-blank", seen: "3" });
  await run(film);
  assert.deepEqual([film.status, film.reason, film.message, film.reading, film.probability], ["refused", "too-dark-or-blank", "Dark: 3", null, null]);
  assert.equal(film.decided?.ood_score, 2);
  film.reset(true);
  assert.deepEqual([film.status, film.reason, film.decided], ["queued", null, null]);
  await run(film);
  film.reset();
  await run(film);
  assert.deepEqual(asked, [false, true, true]);
});

test("a film that cannot be read says why, whoever found out", async () => {
  const outcomes = [];
  for (const { film } of [filmOf({ ...UNREAD, status: "error", reason: "unreadable" }), filmOf({}, "too-large"), filmOf(new Error("lost"))]) {
    await run(film);
    outcomes.push([film.status, film.reason, film.message, film.details, film.provenance]);
  }
  assert.deepEqual(outcomes, [
    ["error", "unreadable", "Damaged", "", ""], ["error", "too-large", "Too large", "", ""], ["error", "engine-failed", "No engine", "", ""],
  ]);
});

test("a film that is prepared is read once, with what was asked for it then, and anew where that was given up", async () => {
  const { film, asked, statuses } = filmOf({});
  film.prepare();
  film.prepare();
  assert.deepEqual([asked, film.status], [[false], "queued"]);
  await run(film);
  assert.deepEqual([asked, statuses, film.reading?.label], [[false], ["done"], "A"]);
  film.reset(true);
  film.prepare();
  film.relax();
  await run(film);
  assert.deepEqual(asked, [false, true, true]);
  film.prepare();
  film.reset();
  await run(film);
  assert.equal(asked.length, 5, "what it was prepared for is not what is wanted now");
  const broken = filmOf({}, "too-large");
  broken.film.prepare();
  assert.deepEqual(broken.asked, []);
});

test("a film that was prepared is given up with its turn", async () => {
  const signals: AbortSignal[] = [];
  const reader = { read: (_: unknown, __: unknown, signal: AbortSignal) => new Promise((_resolve, reject) => {
    signals.push(signal);
    signal.addEventListener("abort", () => reject(signal.reason as Error));
  }) } as unknown as FilmContext["reader"];
  const film = new Film({ file: new File([], "a.png"), problem: null }, { site: SITE, words: new Words(SITE), chosen: new ChosenModel(SITE, null), reader, pictures: new KeptPictures(1) });
  film.prepare();
  const turn = new AbortController();
  const running = film.run(turn.signal);
  turn.abort();
  await assert.rejects(running, { name: "AbortError" });
  assert.deepEqual([signals.length, signals[0]!.aborted], [1, true]);
});

test("what is aborted is left to the queue", async () => {
  const { film, statuses } = filmOf(new DOMException("stopped", "AbortError"));
  await assert.rejects(film.run(AbortSignal.abort()), { name: "AbortError" });
  assert.deepEqual([statuses, film.status], [[], "queued"]);
});

const calibration = { temperature: 1, offset: 0 };
const TOLD = {
  ...SITE,
  models: [{
    ...SITE.models[0]!,
    populations: [
      { name: "children", label: "Children", calibration, operating_points: POINTS, standing: "Children: good.", warning: "" },
      { name: "adults", label: "Adults", calibration: { temperature: 1, offset: 2 }, operating_points: POINTS, standing: "Adults: fair.", warning: "Adults: never learned." },
    ],
  }],
  messages: {
    ...SITE.messages, "by-its-age": "By its age.", "age-of-nobody": "Nobody's age.", "not-said-whose": "Whose?",
    semicolon: "; ", "reading-as": "{population}: {headline} ({probability})", "reading-differs": "Differs. {readings}",
    "of-population": "{population}: {sentence}",
  },
} as unknown as Site;
const LOW = { logit: [1, -0.5], probabilities: [{ class_name: "A", probability: 0.8 }, { class_name: "B", probability: 0.2 }] };

test("a film is read as a film of those that were chosen, says how good that is, and is decided anew as one of others", async () => {
  const { film, chosen } = filmOf(LOW, null, TOLD);
  chosen.readAs("children");
  film.decideBy(chosen.choice);
  await run(film);
  assert.deepEqual([film.population, film.reading?.label, film.whose, film.notes], ["children", "A", "Children: good.", ""]);
  film.decideBy({ population: "adults", point: null });
  assert.deepEqual([film.population, film.reading?.label, film.whose, film.notes], ["adults", "B", "Adults: fair.", "Adults: never learned."]);
  assert.ok(Math.abs(film.probability! - 1 / (1 + Math.exp(1.5 - 2))) < 1e-12);
});

test("where it is not said whose film it is, it is read by all and indeterminate where they differ", async () => {
  const { film } = filmOf(LOW, null, TOLD);
  await run(film);
  assert.deepEqual([film.population, film.reading?.label, film.reading?.zone], ["", "A", "indeterminate"]);
  assert.equal(film.message, "Indeterminate. Differs. Children: Not ill-like (18.2 %); Adults: Ill-like (62.2 %)");
  assert.equal(film.whose, "Children: good. Adults: fair.", "the reading says that it is not said");
});

test("a film whose file says its age is read by that, whatever was chosen", async () => {
  const { film, chosen } = filmOf({ ...LOW, population: "adults" }, null, TOLD);
  chosen.readAs("children");
  film.decideBy(chosen.choice);
  await run(film);
  assert.deepEqual([film.population, film.reading?.label, film.whose], ["adults", "B", "By its age. Adults: fair."]);
  const nobody = filmOf({ ...LOW, population: "" }, null, TOLD);
  nobody.film.decideBy({ population: "children", point: null });
  await run(nobody.film);
  assert.deepEqual([nobody.film.population, nobody.film.reading?.zone, nobody.film.whose], ["", "indeterminate", "Nobody's age. Children: good. Adults: fair."]);
});

test("a sample is read by the age that the site says, whatever was chosen, by a model that knows ages", async () => {
  const models = [{ ...TOLD.models[0]!, populations: TOLD.models[0]!.populations.map((one, index) => ({ ...one, ages: [{ from: 1, to: 6 }, { from: 18 }][index]! })) }];
  const withAges = { ...TOLD, models } as Site;
  const whose = async (age: number | null, site = withAges): Promise<[string | null, string]> => {
    const { film } = filmOf(LOW, null, site, { name: "a.png", address: null, truth: null, age });
    film.decideBy({ population: "adults", point: null });
    await run(film);
    return [film.population, film.whose];
  };
  assert.deepEqual(await whose(3), ["children", "Children: good."]);
  assert.deepEqual(await whose(40), ["adults", "Adults: fair."]);
  assert.deepEqual(await whose(12), ["", "Children: good. Adults: fair."]);
  assert.deepEqual(await whose(null), ["adults", "Adults: fair."]);
  assert.deepEqual(await whose(3, TOLD), ["adults", "Adults: fair."]);
  assert.deepEqual(await whose(3, SITE), [null, ""]);
});

test("nothing of a model's finding is left when another model is chosen", async () => {
  const { film, chosen, statuses } = filmOf({ overridden: true, frames: 3 });
  await run(film);
  assert.equal(film.notes, "On request. First of 3.");
  chosen.choose("other");
  film.forget();
  assert.deepEqual([film.status, film.decided, film.date, film.point, film.message, film.notes], ["queued", null, null, null, "Waiting", ""]);
  assert.deepEqual(statuses, ["done"]);
});

test("a heat map is made once, and anew where the first was aborted or failed", async () => {
  const waiting: { resolve: (map: HeatMap) => void; reject: (error: Error) => void }[] = [];
  const reader = { heatMap: () => new Promise<HeatMap>((resolve, reject) => waiting.push({ resolve, reject })) } as unknown as FilmContext["reader"];
  const film = new Film({ file: new File([], "a.png"), problem: null }, { site: SITE, words: new Words(SITE), chosen: new ChosenModel(SITE, null), reader, pictures: new KeptPictures(1) });
  const map = { class_name: "B", values: new Float32Array(1), height: 1, width: 1, units: null };
  const stopped = new AbortController();
  film.heatMap({ signal: stopped.signal }).catch(() => {});
  stopped.abort();
  const kept = new AbortController();
  const second = film.heatMap({ signal: kept.signal });
  assert.equal(waiting.length, 2);
  waiting[0]!.reject(new Error("aborted")); // later than the next was asked for
  waiting[1]!.resolve(map);
  assert.equal(await second, map);
  kept.abort(); // it is there already
  assert.equal(await film.heatMap(), map);
  film.forget();
  film.heatMap().catch(() => {});
  waiting[2]!.reject(new Error("lost"));
  await new Promise((resolve) => setTimeout(resolve));
  void film.heatMap();
  assert.equal(waiting.length, 4);
});

test("a card waits for the picture that comes with a reading, where that is soon", async () => {
  const shown = { picture: new Blob(["small"]), longest: 3000 };
  const pictures = new KeptPictures(3);
  assert.equal(pictures.side, 1400);
  const asked: (number | undefined)[] = [];
  const read = (_: unknown, __: unknown, ___: unknown, card: { side: number; take: (one: typeof shown) => void } | null): Promise<Finding> => {
    asked.push(card?.side);
    card?.take(shown);
    return Promise.resolve(FINDING);
  };
  const reader = { read, isReady: true } as unknown as FilmContext["reader"];
  const filmOf = (begins: string, context: Partial<FilmContext> = {}): Film => {
    const file = new File(["\0".repeat(128) + begins], "a");
    const film = new Film({ file, problem: null }, { site: SITE, words: new Words(SITE), chosen: new ChosenModel(SITE, null), reader, pictures, ...context });
    film.isSoon = () => true;
    return film;
  };
  const film = filmOf("DICM");
  const soon = film.shownSoon();
  await new Promise((resolve) => setTimeout(resolve, 200)); // the file's beginning is looked at first
  await run(film);
  assert.equal(await soon, shown);
  film.reset();
  await run(film);
  assert.equal(await film.shownSoon(), shown);
  assert.deepEqual(asked, [1400, undefined], "it is made once");
  assert.equal(await filmOf("a file that browsers show").shownSoon(), null);
  assert.equal(await filmOf("DICM", { reader: { ...reader, isReady: false } as FilmContext["reader"] }).shownSoon(), null, "nothing is read soon");
  const late = filmOf("DICM");
  late.isSoon = () => false;
  assert.equal(await late.shownSoon(), null);
  const stopped = filmOf("DICM");
  const never = stopped.shownSoon();
  await new Promise((resolve) => setTimeout(resolve, 200));
  stopped.be("cancelled");
  assert.equal(await never, null);
});

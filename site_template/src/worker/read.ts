// Measures one film: decode → checks → resize → network → gate. What the numbers mean is decided by shared/decide.ts.

import type { Bundle } from "../bundle/bundle.ts";
import type { Engine, Output, Values } from "../engine/engine.ts";
import { convert, takesColours } from "../image/convert.ts";
import type { ToBitmap } from "../image/bitmap.ts";
import { shrink, turnedBack } from "../image/likeness.ts";
import { withColours, type Concern, type Film, type Turn } from "../shared/film.ts";
import type { Come, HeatMap, HowToRead, Picture, Read } from "../shared/protocol.ts";
import { isOutOfMemory, ReadingError, type ClassProbability, type Finding } from "../shared/reading.ts";
import { refusalsOf } from "./checks/checks.ts";
import { lateralOf } from "./checks/lateral.ts";
import { decode } from "./decode.ts";
import { turnOf } from "./checks/turned.ts";

/** Pixels that hardly change how long a film is waited for. */
const WORTH_A_WORD = 4_000_000;

/**
 * Reads a film. A film that cannot be read is a finding as well; throws when `signal` aborts, and an `engine-failed` where it is
 * not the film that fails.
 *
 * `report` is told the film's pixels as its header has them where those are many, and before the network has it.
 */
export async function read(
  bundle: Bundle, engine: Engine, picture: Picture, toBitmap: ToBitmap, { anyway, turn }: HowToRead, signal: AbortSignal, report: (come: Come) => void,
): Promise<Read> {
  // From when its bytes were opened, here or before.
  const started = performance.now() - ("milliseconds" in picture ? picture.milliseconds : 0);
  try {
    const film = await decode(picture, toBitmap, takesColours(bundle.metadata.image_converter), (pixels) => pixels > WORTH_A_WORD && report({ pixels }));
    signal.throwIfAborted();
    report({ pixels: film.width * film.height, share: 0 });
    const finding = await readFilm(bundle, engine, film, { anyway, turn }, signal);
    return { finding: { ...finding, milliseconds: performance.now() - started }, isShortOfMemory: false };
  } catch (error) {
    signal.throwIfAborted();
    const failure = asReadingError(error);
    const { reason } = failure;
    if (reason === "engine-failed") throw failure;
    const finding: Finding = { ...unread(bundle, engine), status: "error", reason, milliseconds: performance.now() - started };
    return { finding, isShortOfMemory: isOutOfMemory(error) };
  }
}

/** Reads a decoded film: the checks before the network runs, the network's outputs, and whether it was turned. */
export async function readFilm(bundle: Bundle, engine: Engine, asGiven: Film, { anyway, turn }: HowToRead, signal: AbortSignal): Promise<Finding> {
  const film = turnedFilm(asGiven, turn);
  const { image_converter: converter, film_checks: limits, class_names: names, positive_class: positive } = bundle.metadata;
  const { width, height, frames } = film;
  const nothing = { ...unread(bundle, engine), width, height, frames, turn, population: film.population ?? null };
  const picture = { film, small: shrink(film) };
  const concern = film.concern ?? refusalsOf(picture, limits ?? {})[0]?.concern ?? null;
  if (concern !== null && !anyway) return { ...nothing, status: "refused", ...concern };
  const values = await engine.run(convert(film, converter), 1, outputsOf(bundle));
  signal.throwIfAborted();
  checkValues(values, names.length);
  const probability = values.get("probability")!;
  const finding: Finding = {
    ...nothing,
    probability: probability.data[names.indexOf(positive)]!,
    probabilities: probabilitiesOf(bundle, probability),
    logit: Array.from(values.get("logit")!.data),
    ood_score: values.get("ood_score")?.data[0] ?? null,
  };
  const seen = await turnOf(bundle, engine, picture, finding.ood_score);
  const unlike =
    (seen?.isWellInside === false ? UNLIKE : seen?.concern) ??
    gateOf(bundle, finding.ood_score) ??
    lateralOf(bundle, values.get("lateral_score")?.data[0]);
  signal.throwIfAborted();
  if (unlike !== null && !anyway) return { ...finding, status: "refused", ...unlike, turn: seen?.isWellInside === true ? seen.turn : turn };
  return { ...finding, overridden: concern !== null || unlike !== null };
}

/** What is thrown by mistake is the engine's failure, but for memory that a film does not get. */
function asReadingError(error: unknown): ReadingError {
  if (error instanceof ReadingError) return error;
  if (isOutOfMemory(error)) return new ReadingError("too-large", String(error));
  return new ReadingError("engine-failed", error instanceof Error ? error.message : String(error));
}

/** As far as all probabilities of a film may be from 1 together. */
const SUM_TOLERANCE = 1e-3;

/** Throws where a backend that was right on the parity cases has come to give what cannot be an answer. */
function checkValues(values: ReadonlyMap<Output, Values>, classes: number): void {
  for (const [name, { data }] of values) {
    if (!data.every(Number.isFinite)) throw new Error(`${name} is not a number`);
  }
  const { data } = values.get("probability")!;
  const sum = data.reduce((all, one) => all + one, 0);
  if (data.length !== classes || !(Math.abs(sum - 1) <= SUM_TOLERANCE)) throw new Error(`the probabilities add up to ${sum}`);
}

/** What of the graph says how a film is read, and whether it should be. */
function outputsOf({ metadata: { ood, lateral } }: Bundle): Output[] {
  return ["logit", "probability", ...(ood === null ? [] : ["ood_score" as const]), ...(lateral === undefined ? [] : ["lateral_score" as const])];
}

/** A finding in which nothing was found. */
function unread({ metadata }: Bundle, engine: Engine): Finding {
  return {
    status: "done", reason: null, seen: "", expected: "", turn: null, population: null, probability: null, probabilities: [], logit: [], ood_score: null,
    overridden: false, backend: engine.backend, model: metadata.name, width: null, height: null, frames: null, milliseconds: 0,
  };
}

const [ROUNDS, RUNS] = [3, 5];

/**
 * Milliseconds that a film takes the network: of the fastest of a few rounds, which whatever else the machine does hardly changes, and
 * which are longer than one step of those browsers' clocks that show whole milliseconds.
 */
export async function pace(bundle: Bundle, engine: Engine): Promise<number> {
  const { height, width, channels } = bundle.metadata.image_converter;
  const film = new Float32Array(height * width * channels).fill(128);
  let fastest = Infinity;
  for (let round = 0; round < ROUNDS; round += 1) {
    const started = performance.now();
    for (let run = 0; run < RUNS; run += 1) await engine.run(film, 1, outputsOf(bundle));
    fastest = Math.min(fastest, (performance.now() - started) / RUNS);
  }
  return fastest;
}

/** The graph's output `probability` of one film, by class. */
export function probabilitiesOf({ metadata: { class_names: names } }: Bundle, { data }: Values): ClassProbability[] {
  return names.map((class_name, index) => ({ class_name, probability: data[index]! }));
}

/** Of the OOD gate. */
export const GATE_REASON = "not-a-chest-xray";
const UNLIKE: Concern = { reason: GATE_REASON, seen: "", expected: "" };

/** Null where the network knows such pictures, or the bundle has no gate. */
function gateOf({ metadata: { ood } }: Bundle, score: number | null): Concern | null {
  if (ood === null || score === null || score <= ood.threshold) return null;
  return UNLIKE;
}

/** A film as the network's input [height, width, channels]. */
export async function inputOf(
  { metadata: { image_converter: converter } }: Bundle, picture: Picture, turn: Turn | null, toBitmap: ToBitmap, report: (come: Come) => void,
): Promise<Float32Array> {
  return convert(turnedFilm(await decode(picture, toBitmap, takesColours(converter), (pixels) => report({ pixels })), turn), converter);
}

/** The graph's own evidence for the positive class over the bundle's view of a film. */
export async function heatMap({ metadata }: Bundle, engine: Engine, input: Float32Array): Promise<HeatMap> {
  const hasPeak = engine.has("heatmap_peak");
  const values = await engine.run(input, 1, hasPeak ? ["heatmap", "heatmap_peak"] : ["heatmap"]);
  for (const [name, { data }] of values) if (!data.every(Number.isFinite)) throw new Error(`${name} is not a number`);
  const { data, shape } = values.get("heatmap")!;
  const temperature = metadata.calibration?.temperature ?? 1;
  const [peak, scale] = [values.get("heatmap_peak")?.data[0], metadata.heatmap?.scale];
  const units = peak === undefined || scale === undefined ? null : { peak: peak / temperature, full: scale / temperature };
  return { class_name: metadata.positive_class, values: data, height: shape[1]!, width: shape[2]!, units };
}

function turnedFilm(film: Film, turn: Turn | null): Film {
  return turn === null ? film : { ...film, ...withColours(film, (grey) => turnedBack(grey, turn)) };
}

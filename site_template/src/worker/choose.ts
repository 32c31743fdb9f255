// Chooses the backend: candidates read the bundle's parity cases; the wrong are passed over, the fastest right one wins.

import type { Bundle } from "../bundle/bundle.ts";
import type { Backend } from "../shared/backend.ts";
import { OUTPUTS, type CreateEngine, type Engine, type EngineKind, type Output, type ReadBinary } from "../engine/engine.ts";
import { shortPictures } from "../bundle/short.ts";
import { oneFor } from "../engine/one_for.ts";
import { convert, takesColours } from "../image/convert.ts";
import type { ToBitmap } from "../image/bitmap.ts";
import { decide } from "../shared/decide.ts";
import type { Backends, Known, Trial } from "../shared/protocol.ts";
import { StartError } from "../shared/start_error.ts";
import { decode } from "./decode.ts";
import { probabilitiesOf } from "./read.ts";

type Case = Bundle["parity"]["cases"][number];

/** A parity case, the same for every backend. */
interface PreparedCase {
  readonly expected: Case;
  /** The picture as Python decoded and resized it: what the references were computed from. */
  readonly reference: Float32Array;
  /** The picture as this browser decodes and resizes it, which was found near enough. */
  readonly own: Float32Array;
}

export interface Wanted extends Backends {
  /** The first case is enough, for another worker has read them all. */
  readonly isBrief: boolean;
  /** What is tried first, and by one case alone. */
  readonly known: Known | null;
}

export interface Choice {
  /** Null where no backend is right. */
  readonly engine: Engine | null;
  readonly trials: readonly Trial[];
  /** What kept a backend from being tried; null where each was. */
  readonly problem: StartError | null;
}

/** A film is decoded for longer than this, so that a backend which is right and takes no longer need not be beaten. */
const FAST_ENOUGH_MILLISECONDS = 50;
/** So often is one timed that takes longer: the machine may have been at other work, and trying another backend can take seconds. */
const MOST_TIMED = 4;

/**
 * `onStep` is called with the backend whenever one has done something: it is alive, however slow. Throws where this browser's own decoding
 * or resizing is wrong: then no backend can be right.
 */
export async function choose(
  bundle: Bundle, engines: readonly EngineKind[], { backends, lastResort, isBrief, known }: Wanted, binary: ReadBinary, toBitmap: ToBitmap,
  onStep: (backend: Backend) => void = () => {},
): Promise<Choice> {
  const kind = oneFor(bundle, engines);
  const begun = shortCases(bundle, toBitmap, isBrief || known !== null); // browsers decode beside this thread, which takes the network up meanwhile
  const create = kind.open(bundle);
  const early = known === null ? null : await confirmed(bundle, known.backend, create, binary, begun, onStep);
  if (known !== null && early?.isRight) {
    const { engine } = early;
    const trials = backends.map((backend) => ({ backend, milliseconds: backend === known.backend ? known.milliseconds : null, problem: null }));
    return { engine, trials, problem: null };
  }
  const short = known === null ? begun : shortCases(bundle, toBitmap, isBrief);
  let whole: Promise<readonly PreparedCase[]> | null = null;
  let undecoded: unknown = null;
  const all = (): Promise<readonly PreparedCase[]> =>
    (whole ??= Promise.all(bundle.parity.cases.map((expected) => prepare(bundle, expected, toBitmap))).catch((error: unknown) => {
      undecoded = error;
      throw error;
    }));
  const trials: Trial[] = [];
  let best: { engine: Engine; cost: number } | null = null;
  let problem: StartError | null = null;
  for (const backend of backends) {
    if (best !== null && (best.cost <= FAST_ENOUGH_MILLISECONDS || lastResort.includes(backend))) {
      trials.push({ backend, milliseconds: null, problem: null });
      if (early?.engine.backend === backend) early.engine.dispose();
      continue;
    }
    let engine: Engine | null = null;
    const step = (): void => onStep(backend);
    step();
    try {
      engine = early?.engine.backend === backend ? early.engine : await create(backend, (name) => binary(name, step));
      const lack = lacks(bundle, engine);
      if (lack !== null) throw lack;
      const milliseconds = (await glance(bundle, engine, await short, step)) ?? (await examine(bundle, engine, await all(), step));
      trials.push({ backend, milliseconds, problem: null });
      const cost = milliseconds * kind.handicap[backend];
      if (best === null || cost < best.cost) {
        best?.engine.dispose();
        best = { engine, cost };
      } else engine.dispose();
    } catch (error) {
      engine?.dispose();
      if (error === undecoded) throw error;
      if (error instanceof StartError) problem = error;
      trials.push({ backend, milliseconds: null, problem: error instanceof Error ? error.message : String(error) });
    }
  }
  return { engine: best?.engine ?? null, trials, problem };
}

/** The engine of a backend that an earlier visit found right, and whether one case says so again; null where there is none. */
async function confirmed(
  bundle: Bundle, backend: Backend, create: CreateEngine, binary: ReadBinary, cases: Promise<readonly ShortCase[]>, onStep: (backend: Backend) => void,
): Promise<{ readonly engine: Engine; readonly isRight: boolean } | null> {
  const step = (): void => onStep(backend);
  step();
  try {
    const engine = await create(backend, (name) => binary(name, step));
    const isRight = await glance(bundle, engine, await cases, step, false).then((milliseconds) => milliseconds !== null, () => false);
    return { engine, isRight: isRight && lacks(bundle, engine) === null };
  } catch {
    return null; // said when it is tried again
  }
}

/** The gate and the check for films from the side are limits on an output of the graph: one without the other would never refuse. */
function lacks({ metadata: { ood, lateral } }: Bundle, engine: Engine): StartError | null {
  const limits = [["ood_score", ood ?? null], ["lateral_score", lateral ?? null]] as const;
  const [output] = limits.find(([name, limit]) => engine.has(name) !== (limit !== null)) ?? [];
  return output === undefined ? null : new StartError("changed", `metadata.json and the graph do not agree on ${output}`, "metadata.json");
}

async function prepare(bundle: Bundle, expected: Case, toBitmap: ToBitmap): Promise<PreparedCase> {
  const { image_converter: converter } = bundle.metadata;
  const [picture, pixels] = await Promise.all([bundle.read(expected.file), bundle.read(expected.pixels)]);
  const film = await decode(picture, toBitmap, takesColours(converter));
  if (film.width !== expected.width || film.height !== expected.height) {
    throw new Error(`${expected.file} decodes to ${film.width}×${film.height} instead of ${expected.width}×${expected.height}`);
  }
  const own = convert(film, converter);
  const reference = new Float32Array(own.length);
  const view = new DataView(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  const repeated = takesColours(converter) ? 1 : converter.channels; // a grey is stored once
  let difference = 0;
  for (let index = 0; index < own.length; index += 1) {
    reference[index] = view.getUint16(Math.floor(index / repeated) * 2, true) / 256;
    difference += Math.abs(own[index]! - reference[index]!) / own.length;
  }
  if (!(difference <= bundle.parity.tolerance.pixels)) {
    throw new Error(`${expected.file} is decoded or resized differently here: ${difference.toFixed(3)} grey levels off`);
  }
  return { expected, reference, own };
}

/** A case of the short form, as this browser decodes and resizes it. */
interface ShortCase {
  readonly expected: Case;
  readonly own: Float32Array;
  /** How many times the tolerances of the engine alone its numbers may be off. */
  readonly times: number;
}

/** A JPEG's decoder may be a grey level off, which moves the logit of a steep network by twice its tolerance. */
const TIMES_OF_JPEG = 10;

/** Empty where a picture cannot be had, or is not decoded as it should be: the whole set then says what is wrong. */
async function shortCases(bundle: Bundle, toBitmap: ToBitmap, isBrief: boolean): Promise<readonly ShortCase[]> {
  const { exact, near } = shortPictures(bundle.metadata);
  const { image_converter: converter } = bundle.metadata;
  const opened = async (file: string | null, times: number): Promise<ShortCase[]> => {
    const expected = bundle.parity.cases.find((one) => one.file === file);
    if (expected === undefined) return [];
    const film = await decode(await bundle.read(expected.file), toBitmap, takesColours(converter));
    const isWhole = film.width === expected.width && film.height === expected.height;
    return isWhole ? [{ expected, own: convert(film, converter), times }] : Promise.reject(new Error(`${expected.file} has another size`));
  };
  return Promise.all([opened(exact, 1), isBrief ? [] : opened(near, TIMES_OF_JPEG)]).then((both) => both.flat(), () => []);
}

/** What films are read by, so that the first finds the engine warm for just that. */
function asRead(engine: Engine): Output[] {
  return OUTPUTS.filter((output) => !output.startsWith("heatmap") && engine.has(output));
}

/** The time of one film, where it `isTimed` of an engine that is warm; null where an answer is not what it should be, or there are no cases. */
async function glance(bundle: Bundle, engine: Engine, cases: readonly ShortCase[], step: () => void, isTimed = true): Promise<number | null> {
  const { tolerance } = bundle.parity;
  const outputs = asRead(engine);
  const once = async ({ expected, own, times }: ShortCase): Promise<number | null> => {
    step();
    const started = performance.now();
    const values = await engine.run(own, 1, outputs);
    const milliseconds = performance.now() - started;
    const [logit, probability] = [Array.from(values.get("logit")!.data), Array.from(values.get("probability")!.data)];
    if (!(off(logit, expected.logit) <= tolerance.logit * times && off(probability, expected.probability) <= tolerance.probability * times)) return null;
    const { label } = decide({ probabilities: probabilitiesOf(bundle, values.get("probability")!), logit }, bundle.metadata);
    return label === expected.decision ? milliseconds : null;
  };
  let fastest: number | null = null;
  for (const one of cases) if ((fastest = await once(one)) === null) return null;
  for (let time = 0; isTimed && cases[0] !== undefined && time < MOST_TIMED; time += 1) {
    const milliseconds = await once(cases[0]);
    if (milliseconds === null) return null;
    fastest = time === 0 ? milliseconds : Math.min(fastest!, milliseconds);
    if (fastest <= FAST_ENOUGH_MILLISECONDS) break;
  }
  return fastest;
}

/**
 * Reads every case twice. Python's own pixels must give Python's numbers: that is the engine alone, so the tolerance is
 * tight. This browser's pixels must give Python's decision: JPEG decoders may differ by a grey level, and do. The second
 * pass, warmed up, also gives the time. Throws where an answer is wrong.
 */
async function examine(bundle: Bundle, engine: Engine, cases: readonly PreparedCase[], step: () => void): Promise<number> {
  const { tolerance } = bundle.parity;
  const outputs = asRead(engine);
  for (const { expected, reference } of cases) {
    step();
    const values = await engine.run(reference, 1, outputs);
    compare(`${expected.file}: logit`, Array.from(values.get("logit")!.data), expected.logit, tolerance.logit);
    compare(`${expected.file}: probability`, Array.from(values.get("probability")!.data), expected.probability, tolerance.probability);
  }
  const times: number[] = [];
  for (const { expected, own } of cases) {
    step();
    const started = performance.now();
    const values = await engine.run(own, 1, outputs);
    times.push(performance.now() - started);
    const found = { probabilities: probabilitiesOf(bundle, values.get("probability")!), logit: Array.from(values.get("logit")!.data) };
    const { label } = decide(found, bundle.metadata);
    if (label !== expected.decision) throw new Error(`${expected.file} is read as ${label} instead of ${expected.decision}`);
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!;
}

function compare(what: string, received: readonly number[], expected: readonly number[], tolerance: number): void {
  const difference = off(received, expected);
  if (!(difference <= tolerance)) throw new Error(`${what} is ${difference.toPrecision(3)} off, more than ${tolerance}`);
}

/** The largest difference; NaN where one is. */
function off(received: readonly number[], expected: readonly number[]): number {
  return Math.max(...expected.map((value, index) => Math.abs(value - (received[index] ?? NaN))));
}

// One film by part, in a worker as on the page: posts milliseconds by film and part, each repeat after another.

import { loadBundle } from "../../../site_template/src/bundle/bundle.ts";
import { OUTPUTS, type Engine } from "../../../site_template/src/engine/engine.ts";
import { engineFor } from "../../../site_template/src/engine/engines.ts";
import { inspect } from "../../../site_template/src/formats/inspect.ts";
import { openFilm } from "../../../site_template/src/formats/open.ts";
import { BACKENDS, type Backend } from "../../../site_template/src/shared/backend.ts";
import { toBitmap } from "../../../site_template/src/image/bitmap.ts";
import { convert } from "../../../site_template/src/image/convert.ts";
import { shrink } from "../../../site_template/src/image/likeness.ts";
import type { Picture } from "../../../site_template/src/shared/protocol.ts";
import { refusalsOf } from "../../../site_template/src/worker/checks/checks.ts";
import { turnOf } from "../../../site_template/src/worker/checks/turned.ts";
import { decode } from "../../../site_template/src/worker/decode.ts";
import { read } from "../../../site_template/src/worker/read.ts";

interface Given {
  readonly bundle: string;
  readonly wasm: Readonly<Record<string, string>>;
  readonly films: Readonly<Record<string, Blob>>;
  readonly repeats: number;
}

type Times = Record<string, number>;

const bytesAt = async (address: string): Promise<Uint8Array<ArrayBuffer>> => new Uint8Array(await (await fetch(address)).arrayBuffer());

interface Measured {
  readonly found: Readonly<Record<string, Times[]>>;
  /** Of one film in the network, or why a backend has none. */
  readonly backends: Readonly<Record<string, number[] | string>>;
}

async function measure({ bundle: folder, wasm, films, repeats }: Given): Promise<Measured> {
  const bundle = await loadBundle((path) => bytesAt(folder + path));
  const engine = await engineFor(bundle).open(bundle)("wasm", (name) => bytesAt(wasm[name]!));
  const found: Record<string, Times[]> = {};
  for (let repeat = 0; repeat <= repeats; repeat += 1) {
    for (const [name, film] of Object.entries(films)) {
      const times = await timesOf(bundle, engine, film);
      if (repeat > 0) (found[name] ??= []).push(times);
    }
  }
  const backends: Record<string, number[] | string> = { [engine.backend]: await timesOfNetwork(engine, bundle, repeats) };
  // Once an engine is disposed of, TensorFlow.js has its backend no more.
  for (const backend of BACKENDS.filter((one) => one !== engine.backend)) {
    // Opened anew: an engine takes its files out of a bundle.
    const again = await loadBundle((path) => bytesAt(folder + path));
    backends[backend] = await timesBy(backend, again, wasm, repeats).catch((error: unknown) => String((error as Error).message ?? error));
  }
  return { found, backends };
}

async function timesBy(backend: Backend, bundle: Awaited<ReturnType<typeof loadBundle>>, wasm: Given["wasm"], repeats: number): Promise<number[]> {
  const engine = await engineFor(bundle).open(bundle)(backend, (name) => bytesAt(wasm[name]!));
  return timesOfNetwork(engine, bundle, repeats);
}

async function timesOfNetwork(engine: Engine, bundle: Awaited<ReturnType<typeof loadBundle>>, repeats: number): Promise<number[]> {
  const { height, width, channels } = bundle.metadata.image_converter;
  const film = Float32Array.from({ length: height * width * channels }, (_, index) => (index * 7) % 256);
  const outputs = OUTPUTS.filter((output) => !output.startsWith("heatmap") && engine.has(output));
  const times: number[] = [];
  for (let repeat = 0; repeat <= repeats; repeat += 1) {
    const started = performance.now();
    await engine.run(film, 1, outputs);
    if (repeat > 0) times.push(performance.now() - started);
  }
  return times;
}

async function timesOf(bundle: Awaited<ReturnType<typeof loadBundle>>, engine: Engine, blob: Blob): Promise<Times> {
  const times: Times = {};
  const timed = async <T>(part: string, work: () => T | Promise<T>): Promise<T> => {
    const started = performance.now();
    const made = await work();
    times[part] = (times[part] ?? 0) + performance.now() - started;
    return made;
  };
  const { image_converter: converter, film_checks: limits } = bundle.metadata;
  const outputs = OUTPUTS.filter((output) => output !== "heatmap" && engine.has(output));
  const isDeep = inspect(new Uint8Array(await blob.arrayBuffer())).decoder === "formats";
  const picture = async (): Promise<Picture> => isDeep ? { film: await openFilm(new Uint8Array(await blob.arrayBuffer()), {}), milliseconds: 0 } : blob;
  // The whole of it first: what the parts leave behind in caches is not its doing.
  await timed("all", async () => read(bundle, engine, await picture(), toBitmap, { anyway: true, turn: null }, new AbortController().signal, () => {}));
  if (!isDeep) await timed("decoding alone", () => floor(blob));
  const bytes = await timed("file", async () => new Uint8Array(await blob.arrayBuffer()));
  // Looked through on the way, whether it is whole.
  const film = await timed("decode", () => (isDeep ? openFilm(bytes.slice(), {}) : decode(bytes, toBitmap, false)));
  const small = await timed("checks", () => {
    const shrunk = shrink(film);
    refusalsOf({ film, small: shrunk }, limits ?? {});
    return shrunk;
  });
  const input = await timed("resize", () => convert(film, converter));
  const values = await timed("network", () => engine.run(input, 1, outputs));
  await timed("gate and turns", () => turnOf(bundle, engine, { film, small }, values.get("ood_score")?.data[0] ?? null));
  return times;
}

/** What any page must do that looks at a picture's pixels. */
async function floor(blob: Blob): Promise<void> {
  pixelsOf(await createImageBitmap(blob));
}

function pixelsOf(bitmap: ImageBitmap): ImageData {
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d", { alpha: false, willReadFrequently: true })!;
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return context.getImageData(0, 0, width, height);
}

onmessage = ({ data }: MessageEvent<Given>): void => {
  void measure(data).then(postMessage, (error: unknown) => postMessage({ error: String((error as Error).stack ?? error) }));
};

// A graph's run as the list of its kernel calls, written down once and played again: TensorFlow.js itself takes a third of the time of a small network
// for walking through the graph and keeping books of tensors.

import * as tf from "@tensorflow/tfjs-core";

/** What kernels take and give: a tensor without its books. */
type Info = tf.TensorInfo;
type Inputs = Record<string, Info | undefined>;
type RunKernel = (name: string, inputs: Inputs, attributes?: object) => tf.Tensor | tf.Tensor[];

interface Step {
  readonly kernel: tf.KernelFunc;
  readonly attributes: tf.NamedAttrMap;
  /** Those that are the same for every film; a list where the kernel takes a list. */
  readonly inputs: Inputs;
  /** The others: their name, and the number of the value. */
  readonly values: readonly (readonly [name: string, value: number])[];
  /** The number of its first value. */
  readonly first: number;
  /** Values that no later step takes. */
  readonly done: number[];
}

export interface Played {
  readonly data: ArrayLike<number>;
  readonly shape: readonly number[];
}

/** Of one backend, in which kernels run at once (not of WebGL, where they wait for each other). */
export class Tape {
  readonly #steps: readonly Step[];
  readonly #outputs: readonly number[];
  /** What it holds of all that is the same for every film: weights, and what was made of them. */
  readonly constants: ReadonlySet<object>;

  private constructor(steps: readonly Step[], outputs: readonly number[], constants: ReadonlySet<object>) {
    this.#steps = steps;
    this.#outputs = outputs;
    this.constants = constants;
  }

  /** Runs a graph on `image`, and writes it down; null for one whose steps depend on what a film shows. The tensors are the caller's. */
  static record(image: tf.Tensor, run: () => tf.Tensor[]): { readonly tensors: tf.Tensor[]; readonly tape: Tape | null } {
    const engine = tf.engine();
    const { backend } = engine;
    const steps: Step[] = [];
    const numbers = new Map<Info, number>([[image, 0]]);
    const ofFilm = new Set<object>([image.dataId]);
    const constants = new Set<object>();
    let [count, depth, isFixed] = [1, 0, true];
    /** By value, the last step that takes it. */
    const last: number[] = [];
    const restore = replaced(engine, "runKernel", (original) => (name: string, inputs: Inputs, attributes: object = {}) => {
      depth += 1;
      const made = (original as RunKernel).call(engine, name, inputs, attributes);
      depth -= 1;
      const given = Object.entries(inputs).filter((entry): entry is [string, Info] => entry[1] != null);
      if (depth > 0 || !given.some(([, { dataId }]) => ofFilm.has(dataId))) return made; // a part of a kernel, or of no film
      const values: [string, number][] = [];
      const own = (Array.isArray(inputs) ? [] : {}) as Inputs;
      for (const [key, info] of given) {
        const value = numbers.get(info);
        if (value !== undefined) values.push([key, value]);
        else if (ofFilm.has(info.dataId)) isFixed = false;
        else {
          own[key] = { dataId: info.dataId, shape: info.shape, dtype: info.dtype };
          constants.add(info.dataId);
        }
      }
      for (const [, value] of values) last[value] = steps.length;
      const kernel = tf.getKernel(name, engine.backendName);
      steps.push({ kernel: kernel.kernelFunc, attributes: attributes as tf.NamedAttrMap, inputs: own, values, first: count, done: [] });
      for (const tensor of [made].flat()) {
        last[count] = steps.length - 1;
        numbers.set(tensor, count);
        ofFilm.add(tensor.dataId);
        count += 1;
      }
      return made;
    });
    const unread = replaced(backend, "readSync", (original) => (dataId: object) => {
      isFixed &&= !ofFilm.has(dataId);
      return (original as (dataId: object) => unknown).call(backend, dataId);
    });
    let tensors: tf.Tensor[];
    let outputs: (number | undefined)[] = [];
    try {
      tensors = run();
      outputs = tensors.map((tensor) => numbers.get(tensor));
      if (!isFixed || outputs.includes(undefined)) return { tensors, tape: null };
      for (const dataId of constants) backend.incRef(dataId); // whoever made them may let them go
    } finally {
      restore();
      unread();
    }
    last.forEach((step, value) => outputs.includes(value) || steps[step]!.done.push(value));
    return { tensors, tape: new Tape(steps, outputs as number[], constants) };
  }

  /** The outputs for another film of the same shape, in the order in which they were recorded. */
  play(film: Float32Array, shape: number[]): Played[] {
    const { backend } = tf.engine();
    const values: (Info | undefined)[] = [{ dataId: backend.write(film, shape, "float32"), shape, dtype: "float32" }];
    try {
      for (const { kernel, attributes, inputs, values: taken, first, done } of this.#steps) {
        for (const [name, value] of taken) inputs[name] = values[value];
        const made = kernel({ inputs: inputs as tf.NamedTensorInfoMap, attrs: attributes, backend });
        if (Array.isArray(made)) made.forEach((info, index) => void (values[first + index] = info));
        else values[first] = made;
        for (const value of done) {
          backend.disposeData(values[value]!.dataId);
          values[value] = undefined;
        }
      }
      return this.#outputs.map((value) => {
        const { dataId, shape } = values[value]!;
        return { data: backend.readSync(dataId) as Float32Array | Int32Array | Uint8Array, shape };
      });
    } finally {
      for (const info of values) if (info !== undefined) backend.disposeData(info.dataId);
    }
  }
}

/** Puts another method in the place of an object's own. Returns how to take it back. */
function replaced(object: object, name: string, by: (original: unknown) => unknown): () => void {
  const methods = object as Record<string, unknown>;
  const isOwn = Object.hasOwn(object, name);
  const original = methods[name];
  methods[name] = by(original);
  return () => {
    if (isOwn) methods[name] = original;
    else delete methods[name];
  };
}

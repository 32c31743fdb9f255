// Weights that a graph keeps as levels times a scale for each channel (export/graph_model/channels.py), multiplied once, as the network is loaded.

import { joined } from "../../shared/bytes.ts";

export interface Weight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly quantization?: { readonly dtype: string; readonly scale?: number; readonly min?: number };
}

interface Node {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: object;
}

export interface Graph {
  readonly topology: object;
  readonly weights: readonly Weight[];
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Bytes of a stored value; a weight of another kind leaves the graph as it is. */
const BYTES: Readonly<Record<string, number>> = { float32: 4, int32: 4, bool: 1, uint8: 1, uint16: 2, float16: 2 };

/** The same graph, in which products of stored levels and their scales are weights themselves. */
export function folded({ topology, weights, data }: Graph): Graph {
  const nodes = (topology as { node?: readonly Node[] }).node ?? [];
  const stored = new Map<string, { weight: Weight; bytes: Uint8Array<ArrayBuffer> }>();
  let at = 0;
  for (const weight of weights) {
    const each = BYTES[weight.quantization?.dtype ?? weight.dtype];
    if (each === undefined) return { topology, weights, data };
    const size = each * weight.shape.reduce((all, side) => all * side, 1);
    stored.set(weight.name, { weight, bytes: data.subarray(at, (at += size)) });
  }
  const readers = new Map<string, number>();
  for (const input of nodes.flatMap((node) => node.input ?? [])) readers.set(input, (readers.get(input) ?? 0) + 1);
  const products = new Map<string, Node>();
  for (const node of nodes) {
    const [levels, scale] = (node.input ?? []).map((name) => (readers.get(name) === 1 ? stored.get(name) : undefined));
    if (node.op !== "Mul" || levels?.weight.quantization?.dtype !== "uint8" || scale === undefined) continue;
    const { shape, quantization: { scale: step = 1, min = 0 } } = levels.weight as Weight & { quantization: { scale?: number; min?: number } };
    if (scale.weight.dtype !== "float32" || scale.weight.quantization !== undefined || scale.weight.shape.length !== 1 || scale.weight.shape[0] !== shape.at(-1)) continue;
    const scales = new Float32Array(scale.bytes.slice().buffer);
    const values = multiplied(levels.bytes, step, min, scales);
    products.set(node.name, node);
    for (const name of node.input!) stored.delete(name);
    stored.set(node.name, { weight: { name: node.name, shape, dtype: "float32" }, bytes: new Uint8Array(values.buffer) });
  }
  if (products.size === 0) return { topology, weights, data };
  const parts = new Set([...products.values()].flatMap((node) => node.input!));
  const kept = nodes.filter(({ name }) => !parts.has(name)).map((node) => (products.has(node.name) ? constant(node.name) : node));
  const all = [...stored.values()];
  return { topology: { ...topology, node: kept }, weights: all.map(({ weight }) => weight), data: joined(all.map(({ bytes }) => bytes)) };
}

/** Row by row: with a remainder for each value, a browser that has not yet compiled this takes several times as long. */
function multiplied(levels: Uint8Array, step: number, min: number, scales: Float32Array): Float32Array<ArrayBuffer> {
  const values = new Float32Array(levels.length);
  const channels = scales.length;
  for (let at = 0; at < values.length; at += channels) {
    for (let channel = 0; channel < channels; channel += 1) values[at + channel] = (levels[at + channel]! * step + min) * scales[channel]!;
  }
  return values;
}

function constant(name: string): Node {
  return { name, op: "Const", attr: { dtype: { type: "DT_FLOAT" }, value: { tensor: { dtype: "DT_FLOAT" } } } };
}

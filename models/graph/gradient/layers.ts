import type { GraphBuilder } from '../builder.ts';
import type { Attribute } from '../graph.ts';
import { fanIn, type Start, type Weights } from './weights.ts';

/**
 * Layers whose weights are learnt, in PyTorch's layouts and names (`NAME.weight`, `NAME.bias`). Every one is made of
 * operators with gradient rules.
 */
export interface Layers {
  readonly b: GraphBuilder;
  readonly weights: Weights;
}

const ZERO: Start = { fill: 0 };
const ONE: Start = { fill: 1 };

/** x [rows, inputs] -> [rows, outputs]; weight [outputs, inputs]. */
export function linear(
  { b, weights }: Layers,
  name: string,
  x: string,
  inputs: number,
  outputs: number,
): string {
  const weight = weights.get(`${name}.weight`, [outputs, inputs], fanIn(inputs));
  const bias = weights.get(`${name}.bias`, [outputs], fanIn(inputs));
  return b.node('Gemm', [x, weight, bias], { transB: { int: 1 } });
}

/** The same over the last axis of a tensor of any rank. */
export function linearRows(
  layers: Layers,
  name: string,
  x: string,
  dims: readonly number[],
  outputs: number,
): string {
  const inputs = dims.at(-1) ?? 1;
  const rows = linear(layers, name, layers.b.reshape(x, [-1, inputs]), inputs, outputs);
  return layers.b.reshape(rows, [...dims.slice(0, -1), outputs]);
}

export interface WindowOptions {
  readonly kernel: number;
  readonly stride?: number;
  /** On every side; else as much as keeps the size at stride 1. */
  readonly pad?: number;
}

function windowAttributes({
  kernel,
  stride = 1,
  pad = (kernel - 1) / 2,
}: WindowOptions): Record<string, Attribute> {
  return {
    kernel_shape: { ints: [kernel, kernel] },
    strides: { ints: [stride, stride] },
    pads: { ints: [pad, pad, pad, pad] },
    dilations: { ints: [1, 1] },
    group: { int: 1 },
  };
}

/** x NCHW; weight [out, in, kernel, kernel]. */
export function conv(
  layers: Layers,
  name: string,
  x: string,
  inputs: number,
  outputs: number,
  options: WindowOptions,
): string {
  return windowed(layers, 'Conv', name, x, [outputs, inputs], options);
}

/** x NCHW; weight [in, out, kernel, kernel]. */
export function convTranspose(
  layers: Layers,
  name: string,
  x: string,
  inputs: number,
  outputs: number,
  options: WindowOptions,
): string {
  return windowed(layers, 'ConvTranspose', name, x, [inputs, outputs], options);
}

/** @param sides of the weight: PyTorch begins both layers by the second of them, whichever way it leads */
function windowed(
  { b, weights }: Layers,
  op: 'Conv' | 'ConvTranspose',
  name: string,
  x: string,
  sides: readonly [number, number],
  options: WindowOptions,
): string {
  const { kernel } = options;
  const start = fanIn(sides[1] * kernel * kernel);
  const weight = weights.get(`${name}.weight`, [...sides, kernel, kernel], start);
  const bias = weights.get(`${name}.bias`, [sides[op === 'Conv' ? 0 : 1]], start);
  return b.node(op, [x, weight, bias], windowAttributes(options));
}

/** Normalises each picture's channels in `groups`; a scale and a bias for every channel. */
export function groupNorm(
  { b, weights }: Layers,
  name: string,
  x: string,
  dims: readonly number[],
  groups: number,
): string {
  const [batch = 1, channels = 1] = dims;
  const flat = b.reshape(x, [batch, groups, -1]);
  const ones = b.constant(new Float32Array(groups).fill(1), [groups]);
  const zeros = b.constant(new Float32Array(groups), [groups]);
  const normal = b.node('InstanceNormalization', [flat, ones, zeros], { epsilon: { float: 1e-5 } });
  const wide = [1, channels, ...dims.slice(2).map(() => 1)];
  const scale = b.reshape(weights.get(`${name}.weight`, [channels], ONE), wide);
  const bias = b.reshape(weights.get(`${name}.bias`, [channels], ZERO), wide);
  return b.add(b.mul(b.reshape(normal, dims), scale), bias);
}

/** With the statistics of this batch, as it does while it learns. */
export function batchNorm({ b, weights }: Layers, name: string, x: string, channels: number): string {
  const axes = [0, 2, 3];
  const centred = b.sub(x, b.mean(x, axes));
  const variance = b.mean(b.mul(centred, centred), axes);
  const normal = b.node('Div', [centred, b.node('Sqrt', [b.add(variance, b.scalar(1e-5))])]);
  const wide = [1, channels, 1, 1];
  const scale = b.reshape(weights.get(`${name}.weight`, [channels], ONE), wide);
  return b.add(b.mul(normal, scale), b.reshape(weights.get(`${name}.bias`, [channels], ZERO), wide));
}

/** Over the last axis. */
export function layerNorm({ b, weights }: Layers, name: string, x: string, width: number): string {
  const scale = weights.get(`${name}.weight`, [width], ONE);
  const bias = weights.get(`${name}.bias`, [width], ZERO);
  return b.node('LayerNormalization', [x, scale, bias], { axis: { int: -1 }, epsilon: { float: 1e-5 } });
}

/**
 * Self-attention over [batch, length, width]; queries, keys, values are one layer's. Causal: no place sees those behind
 * it.
 */
export function attention(
  layers: Layers,
  name: { qkv: string; out: string },
  x: string,
  dims: readonly number[],
  heads: number,
  { isCausal }: { isCausal: boolean },
): string {
  const { b } = layers;
  const [batch = 1, length = 1, width = 1] = dims;
  const each = width / heads;
  const joined = linearRows(layers, name.qkv, x, dims, 3 * width);
  const split = b.transpose(b.reshape(joined, [batch, length, 3, heads, each]), [2, 0, 3, 1, 4]);
  const [q, k, v] = [0, 1, 2].map((index) =>
    b.reshape(b.slice(split, 0, index, index + 1), [batch, heads, length, each]),
  ) as [string, string, string];
  const scores = b.scale(b.matmul(q, b.transpose(k, [0, 1, 3, 2])), 1 / Math.sqrt(each));
  const hidden = () =>
    Float32Array.from({ length: length ** 2 }, (_, at) => (at % length > Math.floor(at / length) ? -1e9 : 0));
  const seen = isCausal ? b.add(scores, b.constant(hidden(), [1, 1, length, length], 'hidden')) : scores;
  const shares = b.softmax(seen);
  const mixed = b.reshape(b.transpose(b.matmul(shares, v), [0, 2, 1, 3]), dims);
  return linearRows(layers, name.out, mixed, dims, width);
}

/** Attention in which no place sees those behind it. */
export function causalAttention(
  layers: Layers,
  name: { qkv: string; out: string },
  x: string,
  dims: readonly number[],
  heads: number,
): string {
  return attention(layers, name, x, dims, heads, { isCausal: true });
}

/**
 * An LSTM written out step by step, gates in PyTorch's order (input, forget, cell, output).
 * @param x [batch, length, inputs] @returns the states of all steps, [batch, length, size]
 */
export function lstm(
  { b, weights }: Layers,
  name: string,
  x: string,
  dims: readonly number[],
  size: number,
  layer = 0,
): string {
  const [batch = 1, length = 1, inputs = 1] = dims;
  const start = fanIn(size);
  const get = (part: string, own: readonly number[]) => weights.get(`${name}.${part}_l${layer}`, own, start);
  const wIn = get('weight_ih', [4 * size, inputs]);
  const wState = get('weight_hh', [4 * size, size]);
  const bias = b.add(get('bias_ih', [4 * size]), get('bias_hh', [4 * size]));
  // What comes in does not wait for the state: one product for all steps.
  const given = b.reshape(
    b.node('Gemm', [b.reshape(b.transpose(x, [1, 0, 2]), [length * batch, inputs]), wIn, bias], {
      transB: { int: 1 },
    }),
    [length, batch, 4 * size],
  );
  let [state, cell] = ['', ''];
  const states: string[] = [];
  for (let step = 0; step < length; step += 1) {
    const now = b.reshape(b.slice(given, 0, step, step + 1), [batch, 4 * size]);
    const gates = state ? b.node('Gemm', [state, wState, now], { transB: { int: 1 } }) : now;
    const [i, f, g, o] = b.split(gates, 1, [size, size, size, size]) as [string, string, string, string];
    const fresh = b.mul(b.sigmoid(i), b.node('Tanh', [g]));
    cell = cell ? b.add(b.mul(b.sigmoid(f), cell), fresh) : fresh;
    state = b.mul(b.sigmoid(o), b.node('Tanh', [cell]));
    states.push(b.reshape(state, [batch, 1, size]));
  }
  return b.concat(states, 1);
}

/** Rows of a learnt table. */
export function embedding(
  { b, weights }: Layers,
  name: string,
  ids: string,
  count: number,
  width: number,
): string {
  return b.node('Gather', [weights.get(`${name}.weight`, [count, width], { normal: 1 }), ids], {
    axis: { int: 0 },
  });
}

/** Sines and cosines of x at `octaves` doublings, with x itself in front: [rows, n] -> [rows, n * (1 + 2 octaves)]. */
export function octaves(b: GraphBuilder, x: string, count: number): string {
  const parts = [x];
  for (let octave = 0; octave < count; octave += 1) {
    const scaled = b.scale(x, 2 ** octave);
    parts.push(b.node('Sin', [scaled]), b.node('Cos', [scaled]));
  }
  return b.concat(parts, 1);
}

/** The mean of (a - c)^2 over all elements. */
export function meanSquare(b: GraphBuilder, a: string, c: string): string {
  const difference = b.sub(a, c);
  return meanOf(b, b.mul(difference, difference));
}

/** The mean over all elements: a number. */
export function meanOf(b: GraphBuilder, x: string): string {
  return b.node('ReduceMean', [x], { keepdims: { int: 0 } });
}

/** The sum over all elements: a number. */
export function sumOf(b: GraphBuilder, x: string): string {
  return b.node('ReduceSum', [x], { keepdims: { int: 0 } });
}

/** The mean of -log softmax(logits)[id]: logits [rows, classes], ids [rows] as int64. */
export function crossEntropy(b: GraphBuilder, logits: string, ids: string, rows: number): string {
  const logs = b.node('LogSoftmax', [logits], { axis: { int: 1 } });
  const picked = b.node('GatherElements', [logs, b.reshape(ids, [rows, 1])], { axis: { int: 1 } });
  return b.node('Neg', [meanOf(b, picked)]);
}

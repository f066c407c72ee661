import type { GraphBuilder } from '../graph/builder.ts';
import {
  causalAttention,
  crossEntropy,
  embedding,
  type Layers,
  layerNorm,
  linear,
  linearRows,
  lstm,
} from '../graph/gradient/layers.ts';
import { type TrainingStep, trainingStep } from '../graph/gradient/training-step.ts';
import { fanIn, type Weights } from '../graph/gradient/weights.ts';

/** A network that tells the next character from those before it. */
export interface WordsShape {
  readonly model: 'lstm' | 'transformer';
  /** How many different symbols there are: characters, the line's end, and one for all others. */
  readonly symbols: number;
  /** Symbols that it learns at a time; the transformer looks no further back. */
  readonly context: number;
  /** Numbers that a symbol becomes; of the LSTM its state has four times as many. */
  readonly width: number;
  /** Of the transformer. */
  readonly layers: number;
}

const EACH_HEAD = 24;
const DEEPER = 4;

const stateSize = ({ width }: WordsShape) => DEEPER * width;
const headsOf = ({ width }: WordsShape) => width / EACH_HEAD;

/** ids [batch, context] as int64 -> logits [batch * context, symbols]. */
function logitsOf(layers: Layers, shape: WordsShape, ids: string, batch: number): string {
  const { b } = layers;
  const { context, width, symbols } = shape;
  const rows = batch * context;
  const seen = embedding(layers, 'symbol', ids, symbols, width);
  if (shape.model === 'lstm') {
    const size = stateSize(shape);
    const states = lstm(layers, 'lstm', seen, [batch, context, width], size);
    return linear(layers, 'out', b.reshape(states, [rows, size]), size, symbols);
  }
  const dims = [batch, context, width];
  const places = layers.weights.get('place.weight', [context, width], { normal: 0.1 });
  let known = b.add(seen, b.reshape(places, [1, context, width]));
  for (let at = 0; at < shape.layers; at += 1) {
    const normal = layerNorm(layers, `${at}.before`, known, width);
    const names = { qkv: `${at}.qkv`, out: `${at}.mix` };
    known = b.add(known, causalAttention(layers, names, normal, dims, headsOf(shape)));
    const wide = linearRows(
      layers,
      `${at}.up`,
      layerNorm(layers, `${at}.behind`, known, width),
      dims,
      DEEPER * width,
    );
    known = b.add(
      known,
      linearRows(layers, `${at}.down`, b.gelu(wide), [batch, context, DEEPER * width], width),
    );
  }
  const last = layerNorm(layers, 'last', known, width);
  return linear(layers, 'out', b.reshape(last, [rows, width]), width, symbols);
}

/** A step on `ids` [batch, context + 1] (whole numbers as floats): each symbol from those before it. */
export function wordsStep(shape: WordsShape, batch: number): TrainingStep {
  return trainingStep(
    'words',
    (b, weights) => {
      const { context } = shape;
      const ids = b.node('Cast', [b.extraInput('ids', [batch, context + 1])], { to: { int: 7 } });
      const logits = logitsOf({ b, weights }, shape, b.slice(ids, 1, 0, context), batch);
      return { loss: crossEntropy(b, logits, b.slice(ids, 1, 1, context + 1), batch * context) };
    },
    { clip: 1 },
  );
}

/** `ids` [batch, context] to `logs` [batch * context, symbols]: logarithms of what comes next. */
export function wordsView(b: GraphBuilder, weights: Weights, shape: WordsShape, batch: number) {
  const ids = b.node('Cast', [b.extraInput('ids', [batch, shape.context])], { to: { int: 7 } });
  const logits = logitsOf({ b, weights }, shape, ids, batch);
  b.node('LogSoftmax', [logits], { axis: { int: 1 } }, 'logs');
  b.graph.outputs.push({ name: 'logs', type: 'float32', dims: [batch * shape.context, shape.symbols] });
  return b.graph;
}

/** Sizes of what is remembered from one symbol to the next, by name; all of it begins as zeros. */
export function memoryOf(shape: WordsShape, batch: number): Record<string, number[]> {
  if (shape.model === 'lstm') {
    const dims = [batch, stateSize(shape)];
    return { state: dims, cell: dims };
  }
  const heads = headsOf(shape);
  // Keys lie as the product with a query takes them.
  const each = Array.from({ length: shape.layers }, (_, at) => [
    [`keys${at}`, [batch, heads, EACH_HEAD, shape.context]],
    [`values${at}`, [batch, heads, shape.context, EACH_HEAD]],
  ]);
  return Object.fromEntries(each.flat());
}

/**
 * The same network for one symbol after the other: `id` [batch], `at` [context] (1 at the place of the symbol, else 0),
 * `hidden` [context] (0 up to that place, -1e9 behind it) and what is remembered; gives `logs` [batch, symbols], and
 * what is to be remembered as `NAME_next`.
 */
export function wordsNext(b: GraphBuilder, weights: Weights, shape: WordsShape, batch: number) {
  const layers: Layers = { b, weights };
  const { width, symbols, context } = shape;
  const id = b.node('Cast', [b.extraInput('id', [batch])], { to: { int: 7 } });
  const memory = memoryOf(shape, batch);
  for (const [name, dims] of Object.entries(memory)) b.extraInput(name, dims);
  const keep = (name: string, value: string) => {
    b.extraOutput(value, `${name}_next`, memory[name] ?? []);
  };
  const seen = embedding(layers, 'symbol', id, symbols, width);
  let logits: string;
  if (shape.model === 'lstm') {
    const size = stateSize(shape);
    const get = (part: string, dims: readonly number[]) => weights.get(`lstm.${part}_l0`, dims, fanIn(size));
    const turned = { transB: { int: 1 } };
    const given = b.node(
      'Gemm',
      [seen, get('weight_ih', [4 * size, width]), get('bias_ih', [4 * size])],
      turned,
    );
    const held = b.node(
      'Gemm',
      ['state', get('weight_hh', [4 * size, size]), get('bias_hh', [4 * size])],
      turned,
    );
    const gates = b.split(b.add(given, held), 1, [size, size, size, size]) as [
      string,
      string,
      string,
      string,
    ];
    const [i, f, g, o] = gates;
    const cell = b.add(b.mul(b.sigmoid(f), 'cell'), b.mul(b.sigmoid(i), b.node('Tanh', [g])));
    const state = b.mul(b.sigmoid(o), b.node('Tanh', [cell]));
    keep('cell', cell);
    keep('state', state);
    logits = linear(layers, 'out', state, size, symbols);
  } else {
    const at = b.extraInput('at', [context]);
    const hidden = b.reshape(b.extraInput('hidden', [context]), [1, 1, 1, context]);
    const places = weights.get('place.weight', [context, width], { normal: 0.1 });
    let known = b.add(seen, b.matmul(b.reshape(at, [1, context]), places));
    const heads = headsOf(shape);
    for (let layer = 0; layer < shape.layers; layer += 1) {
      const normal = layerNorm(layers, `${layer}.before`, known, width);
      const joined = linear(layers, `${layer}.qkv`, normal, width, 3 * width);
      const [q, k, v] = b.thirds(joined, 1, width);
      // A place is written once: until then there is zero.
      const put = (name: string, fresh: string, dims: readonly number[], place: readonly number[]) => {
        const all = b.add(name, b.mul(b.reshape(fresh, dims), b.reshape(at, place)));
        keep(name, all);
        return all;
      };
      const keys = put(`keys${layer}`, k, [batch, heads, EACH_HEAD, 1], [1, 1, 1, context]);
      const row = [batch, heads, 1, EACH_HEAD];
      const values = put(`values${layer}`, v, row, [1, 1, context, 1]);
      const scores = b.scale(b.matmul(b.reshape(q, row), keys), 1 / Math.sqrt(EACH_HEAD));
      const mixed = b.reshape(b.matmul(b.softmax(b.add(scores, hidden)), values), [batch, width]);
      known = b.add(known, linear(layers, `${layer}.mix`, mixed, width, width));
      const wide = linear(
        layers,
        `${layer}.up`,
        layerNorm(layers, `${layer}.behind`, known, width),
        width,
        DEEPER * width,
      );
      known = b.add(known, linear(layers, `${layer}.down`, b.gelu(wide), DEEPER * width, width));
    }
    logits = linear(layers, 'out', layerNorm(layers, 'last', known, width), width, symbols);
  }
  b.node('LogSoftmax', [logits], { axis: { int: 1 } }, 'logs');
  b.graph.outputs.push({ name: 'logs', type: 'float32', dims: [batch, symbols] });
  return b.graph;
}

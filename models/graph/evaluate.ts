import { stringOf } from './graph.ts';
import { permOf, reducedAxes, shapeRange, sliceOf, splitSizes } from './size-rules.ts';
import {
  broadcastStrides,
  countOf,
  type Numbers,
  pick,
  stridesOf,
  UNKNOWN,
  type ValueContext,
  wrapAxis,
} from './values.ts';

/** What a node's outputs look like: sizes from the size rules, type from `typeOf`. */
export interface Target {
  readonly sizes: readonly (readonly number[])[];
  readonly whole: boolean;
}

/** The numbers of a node's outputs. */
export type Evaluator = (context: ValueContext, target: Target) => readonly Numbers[];

/**
 * A small interpreter: the operators that compute sizes, indices and masks, and those that stand over weights. Floats
 * are rounded to float32 after each operator, as a run would.
 */
export const EVALUATORS: Readonly<Record<string, Evaluator>> = {
  ...table<(x: number) => number>(
    {
      Neg: (x) => -x,
      Abs: Math.abs,
      Sqrt: Math.sqrt,
      Exp: Math.exp,
      Log: Math.log,
      Tanh: Math.tanh,
      Floor: Math.floor,
      Ceil: Math.ceil,
      Reciprocal: (x) => 1 / x,
      Relu: (x) => Math.max(0, x),
      Sigmoid: (x) => 1 / (1 + Math.exp(-x)),
      Sign: Math.sign,
      Not: (x) => (x ? 0 : 1),
    },
    (act) => (context, target) => [map(context, target, ([x = 0]) => act(x))],
  ),
  ...table<(a: number, b: number) => number>(
    {
      Add: (a, b) => a + b,
      Sub: (a, b) => a - b,
      Mul: (a, b) => a * b,
      Max: (a, b) => Math.max(a, b),
      Min: (a, b) => Math.min(a, b),
      Pow: (a, b) => a ** b,
      And: (a, b) => Number(a !== 0 && b !== 0),
      Or: (a, b) => Number(a !== 0 || b !== 0),
      Equal: (a, b) => Number(a === b),
      Greater: (a, b) => Number(a > b),
      Less: (a, b) => Number(a < b),
      GreaterOrEqual: (a, b) => Number(a >= b),
      LessOrEqual: (a, b) => Number(a <= b),
    },
    (act) => (context, target) => [map(context, target, ([a = 0, ...rest]) => rest.reduce(act, a))],
  ),
  ...table<(values: readonly number[]) => number>(
    {
      ReduceSum: (values) => values.reduce((a, b) => a + b, 0),
      ReduceMean: (values) => values.reduce((a, b) => a + b, 0) / values.length,
      ReduceProd: (values) => values.reduce((a, b) => a * b, 1),
      ReduceMax: (values) => values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
      ReduceMin: (values) => values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    },
    (act) => (context, target) => [reduce(context, target, act)],
  ),
  ...table({ Identity: 0, Reshape: 0, Flatten: 0, Squeeze: 0, Unsqueeze: 0 }, () => (context) => [
    context.data(0),
  ]),
  // Of single pixels only: a layer over a list of numbers, as networks have that are told a style.
  Conv: (context, { sizes }) => {
    const [channels = 0, given = 0, ...kernel] = context.value(1).dims;
    const isPixel = [...kernel, ...context.value(0).dims.slice(2)].every((size) => size === 1);
    if (!isPixel || context.int('group', 1) !== 1 || countOf(sizes[0] ?? []) !== channels) throw UNKNOWN;
    const [data, weight] = [context.data(0), context.data(1)];
    const bias = context.has(2) ? context.data(2) : undefined;
    return [
      Float32Array.from({ length: channels }, (_, channel) => {
        let sum = bias?.[channel] ?? 0;
        for (let at = 0; at < given; at += 1) sum += (weight[channel * given + at] ?? 0) * (data[at] ?? 0);
        return sum;
      }),
    ];
  },
  // Whole numbers divide towards zero; their remainder has the divisor's sign unless C's is asked for.
  Div: (context, target) => [
    map(context, target, ([a = 0, b = 1]) => (target.whole ? Math.trunc(a / b) : a / b)),
  ],
  Mod: (context, target) => {
    const likeC = context.int('fmod', 0) === 1;
    return [map(context, target, ([a = 0, b = 1]) => (likeC ? a % b : a - Math.floor(a / b) * b))];
  },
  Where: (context, target) => [map(context, target, ([test, yes = 0, no = 0]) => (test ? yes : no))],
  Cast: (context, target) => [map(context, target, ([x = 0]) => (target.whole ? Math.trunc(x) : x))],
  Shape: (context) => {
    const { dims } = context.value(0);
    return [Float64Array.from(shapeRange(context, dims.length), (axis) => dims[axis] ?? 0)];
  },
  Size: (context) => [Float64Array.of(countOf(context.value(0).dims))],
  Range: (context, { sizes, whole }) => {
    const [start = 0, , step = 1] = [0, 1, 2].map((index) => context.data(index)[0]);
    const out = typed(countOf(sizes[0] ?? []), whole);
    return [out.map((_, index) => start + index * step) as Numbers];
  },
  ConstantOfShape: (context, { sizes, whole }) => {
    const given = context.node.attributes.value;
    const data = given && 'tensor' in given ? given.tensor.data : undefined;
    if (data instanceof Uint8Array) throw UNKNOWN;
    return [typed(countOf(sizes[0] ?? []), whole).fill(Number(data?.[0] ?? 0)) as Numbers];
  },
  Transpose: (context, { sizes }) => {
    const { dims } = context.value(0);
    const strides = stridesOf(dims);
    const perm = permOf(context, dims.length);
    return [
      pick(
        context.data(0),
        sizes[0] ?? [],
        perm.map((axis) => strides[axis] ?? 0),
      ),
    ];
  },
  Expand: (context, { sizes }) => {
    const out = sizes[0] ?? [];
    return [pick(context.data(0), out, broadcastStrides(context.value(0).dims, out))];
  },
  Tile: (context, { sizes, whole }) => {
    const { dims } = context.value(0);
    const out = sizes[0] ?? [];
    // Each axis twice: which copy, and where in it.
    const split = dims.flatMap((dim, axis) => [(out[axis] ?? 0) / Math.max(1, dim), dim]);
    const steps = stridesOf(dims).flatMap((stride) => [0, stride]);
    return [countOf(out) ? pick(context.data(0), split, steps) : typed(0, whole)];
  },
  DepthToSpace: (context) => {
    const [batch = 0, channels = 0, height = 0, width = 0] = context.value(0).dims;
    const block = context.int('blocksize', 1);
    const out = channels / block ** 2;
    const isCrd = stringOf(context.node, 'mode', 'DCR') === 'CRD';
    const plane = height * width;
    const [channel, down, across] = isCrd
      ? [plane * block ** 2, plane * block, plane]
      : [plane, plane * out * block, plane * out];
    const dims = [batch, out, height, block, width, block];
    return [pick(context.data(0), dims, [channels * plane, channel, width, down, 1, across])];
  },
  Slice: (context, { sizes }) => {
    const { dims } = context.value(0);
    const strides = stridesOf(dims);
    const parts = sliceOf(context, dims);
    const base = parts.reduce((sum, { start }, axis) => sum + start * (strides[axis] ?? 0), 0);
    const steps = parts.map(({ step }, axis) => step * (strides[axis] ?? 0));
    return [pick(context.data(0), sizes[0] ?? [], steps, base)];
  },
  Split: (context, { sizes }) => {
    const { dims } = context.value(0);
    const at = wrapAxis(context.int('axis', 0), dims.length);
    const strides = stridesOf(dims);
    let start = 0;
    return splitSizes(context, dims[at] ?? 0).map((size, index) => {
      start += size;
      return pick(context.data(0), sizes[index] ?? [], strides, (start - size) * (strides[at] ?? 0));
    });
  },
  Concat: (context, { sizes, whole }) => {
    const out = sizes[0] ?? [];
    const at = wrapAxis(context.int('axis', 1), out.length);
    const result = typed(countOf(out), whole);
    const inner = countOf(out.slice(at + 1));
    const stride = inner * (out[at] ?? 0);
    let start = 0;
    context.node.inputs.forEach((_, index) => {
      const run = (context.value(index).dims[at] ?? 0) * inner;
      const data = context.data(index);
      for (let from = 0, to = start; from < data.length; from += run, to += stride) {
        result.set(data.subarray(from, from + run), to);
      }
      start += run;
    });
    return [result];
  },
  Gather: (context, { sizes, whole }) => {
    const { dims } = context.value(0);
    const at = wrapAxis(context.int('axis', 0), dims.length);
    const [data, places] = [context.data(0), context.data(1)];
    const [inner, size] = [countOf(dims.slice(at + 1)), dims[at] ?? 0];
    const out = typed(countOf(sizes[0] ?? []), whole);
    const outer = countOf(dims.slice(0, at));
    for (let row = 0, to = 0; row < outer; row += 1) {
      for (const place of places) {
        const from = (row * size + (place < 0 ? place + size : place)) * inner;
        out.set(data.subarray(from, from + inner), to);
        to += inner;
      }
    }
    return [out];
  },
};

/** Makes one evaluator of each entry. */
export function table<T>(
  entries: Readonly<Record<string, T>>,
  make: (entry: T) => Evaluator,
): Record<string, Evaluator> {
  return Object.fromEntries(Object.entries(entries).map(([op, entry]) => [op, make(entry)]));
}

function typed(count: number, whole: boolean): Numbers {
  return whole ? new Float64Array(count) : new Float32Array(count);
}

/** Element by element, inputs stretched to the output's size. */
export function map(
  context: ValueContext,
  { sizes, whole }: Target,
  act: (values: number[]) => number,
): Numbers {
  const dims = sizes[0] ?? [];
  const inputs = context.node.inputs.map((_, index) => {
    const data = context.data(index);
    return context.value(index).dims.join() === dims.join()
      ? data
      : pick(data, dims, broadcastStrides(context.value(index).dims, dims));
  });
  const out = typed(countOf(dims), whole);
  // One array for all elements: a new one each would cost more than the arithmetic.
  const values = inputs.map(() => 0);
  for (let at = 0; at < out.length; at += 1) {
    for (let index = 0; index < inputs.length; index += 1) values[index] = inputs[index]?.[at] ?? 0;
    out[at] = act(values);
  }
  return out;
}

/** Over the axes that the node names; `act` gets what is reduced to one number. */
export function reduce(
  context: ValueContext,
  { sizes, whole }: Target,
  act: (values: readonly number[]) => number,
): Numbers {
  const { dims } = context.value(0);
  const axes = reducedAxes(context, dims.length);
  // The reduced axes go last, so that what is reduced lies side by side.
  const order = [...dims.keys()].sort((a, b) => Number(axes.has(a)) - Number(axes.has(b)) || a - b);
  const strides = stridesOf(dims);
  const sorted = pick(
    context.data(0),
    order.map((axis) => dims[axis] ?? 1),
    order.map((axis) => strides[axis] ?? 0),
  );
  const out = typed(countOf(sizes[0] ?? []), whole);
  const each = sorted.length / Math.max(1, out.length);
  for (let at = 0; at < out.length; at += 1) out[at] = act([...sorted.subarray(at * each, (at + 1) * each)]);
  return out;
}

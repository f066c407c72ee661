import { reduce, table } from '../../graph/evaluate.ts';
import { broadcastStrides, countOf, type Numbers, pick, wrapAxis } from '../../graph/values.ts';
import { along, doubles, floatOf, type Kernel, refuse, stretched } from './kernel.ts';

const EPSILON = 1e-5;

export const NORMS: Readonly<Record<string, Kernel>> = {
  BatchNormalization: (context) => {
    if (context.int('training_mode', 0)) refuse(context, 'training_mode');
    const epsilon = floatOf(context.node, 'epsilon', EPSILON);
    const [scale, bias, mean, variance] = [1, 2, 3, 4].map((index) => context.data(index)) as FourLists;
    const { size, inner } = along(context.value(0).dims, 1);
    return [
      Float64Array.from(context.data(0), (x, at) => {
        const channel = Math.floor(at / inner) % size;
        const unit = (x - mean[channel]!) / Math.sqrt(variance[channel]! + epsilon);
        return unit * scale[channel]! + bias[channel]!;
      }),
    ];
  },
  InstanceNormalization: (context) => {
    const { size, inner } = along(context.value(0).dims, 1);
    const [scale, bias] = [context.data(1), context.data(2)];
    const units = standardised(context.data(0), inner, floatOf(context.node, 'epsilon', EPSILON));
    return [
      units.map((unit, at) => {
        const channel = Math.floor(at / inner) % size;
        return unit * scale[channel]! + bias[channel]!;
      }),
    ];
  },
  LayerNormalization: (context) => {
    const { dims } = context.value(0);
    const run = countOf(dims.slice(wrapAxis(context.int('axis', -1), dims.length)));
    const scale = stretched(context, 1, dims);
    const bias = context.has(2) ? stretched(context, 2, dims) : undefined;
    const units = standardised(context.data(0), run, floatOf(context.node, 'epsilon', EPSILON));
    return [units.map((unit, at) => unit * scale[at]! + (bias?.[at] ?? 0))];
  },
  Softmax: (context) => {
    const logs = logSoftmax(context.data(0), context.value(0).dims, context.int('axis', -1));
    return [logs.map(Math.exp)];
  },
  LogSoftmax: (context) => [logSoftmax(context.data(0), context.value(0).dims, context.int('axis', -1))],
  ...table<(values: readonly number[]) => number>(
    {
      ReduceL1: (values) => values.reduce((sum, x) => sum + Math.abs(x), 0),
      ReduceL2: (values) => Math.sqrt(values.reduce((sum, x) => sum + x * x, 0)),
      ReduceSumSquare: (values) => values.reduce((sum, x) => sum + x * x, 0),
    },
    (act) => (context, target) => [reduce(context, { ...target, whole: true }, act)],
  ),
  CumSum: (context, target) => {
    const { dims } = context.value(0);
    const axis = wrapAxis(context.data(1)[0]!, dims.length);
    const { outer, size, inner } = along(dims, axis);
    const [isExclusive, isReverse] = [context.int('exclusive', 0) === 1, context.int('reverse', 0) === 1];
    const data = context.data(0);
    const result = doubles(target);
    for (let line = 0; line < outer * inner; line += 1) {
      const start = Math.floor(line / inner) * size * inner + (line % inner);
      let sum = 0;
      for (let step = 0; step < size; step += 1) {
        const at = start + (isReverse ? size - 1 - step : step) * inner;
        result[at] = sum + (isExclusive ? 0 : data[at]!);
        sum += data[at]!;
      }
    }
    return [result];
  },
};

type FourLists = [Numbers, Numbers, Numbers, Numbers];

/** Every run of so many numbers with mean 0 and (but for epsilon) variance 1. */
function standardised(data: Numbers, run: number, epsilon: number): Float64Array {
  const result = new Float64Array(data.length);
  for (let start = 0; start < data.length; start += run) {
    const part = data.subarray(start, start + run);
    let [mean, variance] = [0, 0];
    for (const x of part) mean += x / run;
    for (const x of part) variance += (x - mean) ** 2 / run;
    part.forEach((x: number, at: number) => {
      result[start + at] = (x - mean) / Math.sqrt(variance + epsilon);
    });
  }
  return result;
}

function logSoftmax(data: Numbers, dims: readonly number[], axis: number): Float64Array {
  const { outer, size, inner } = along(dims, wrapAxis(axis, dims.length));
  // One number a line, read as often as the line is long.
  const lines = [outer, 1, inner];
  const spread = (values: Float64Array) =>
    pick(values, [outer, size, inner], broadcastStrides(lines, [outer, size, inner]));
  const largest = new Float64Array(outer * inner).fill(Number.NEGATIVE_INFINITY);
  const lineOf = (at: number) => Math.floor(at / (size * inner)) * inner + (at % inner);
  data.forEach((x: number, at: number) => {
    largest[lineOf(at)] = Math.max(largest[lineOf(at)]!, x);
  });
  const top = spread(largest);
  const sums = new Float64Array(outer * inner);
  data.forEach((x: number, at: number) => {
    sums[lineOf(at)]! += Math.exp(x - top[at]!);
  });
  const logs = spread(sums.map(Math.log));
  return Float64Array.from(data, (x, at) => x - top[at]! - logs[at]!);
}

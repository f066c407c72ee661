import { type GraphNode, stringOf, type TensorType } from './graph.ts';
import { DATA_TYPES } from './proto.ts';
import { countOf, UNKNOWN, type ValueContext, wrapAxis } from './values.ts';
import { WINDOW_RULES } from './window-rules.ts';

export type Sizes = readonly number[];
/** The sizes of a node's outputs. */
export type SizeRule = (context: ValueContext) => readonly Sizes[];

/**
 * One rule an operator: the sizes of its outputs from the sizes (and, where need be, the numbers) of its inputs, after
 * the ONNX operator specification. Both the old forms (lists as attributes) and the new ones (as inputs) are read.
 */
export const SIZE_RULES: Readonly<Record<string, SizeRule>> = {
  ...each(
    'Relu LeakyRelu PRelu Sigmoid Tanh Clip Identity HardSigmoid HardSwish Elu Selu Softplus Softsign Exp Log Sqrt',
    same,
  ),
  ...each(
    'Neg Abs Cast Gelu FastGelu QuickGelu BiasGelu Erf Floor Ceil Round Sin Cos Sign Reciprocal Not Mish',
    same,
  ),
  ...each('QuantizeLinear DequantizeLinear', same),
  ...each('Softmax LogSoftmax Hardmax Dropout CumSum Trilu ScatterND ScatterElements IsNaN', same),
  ...each('BatchNormalization InstanceNormalization LayerNormalization GroupNormalization LRN', same),
  ...each('Add Sub Mul Div Mod Max Min Mean Pow Sum And Or Xor Equal Greater Less', broadcast),
  ...each('GreaterOrEqual LessOrEqual Where', broadcast),
  ...each(
    'ReduceMean ReduceSum ReduceMax ReduceMin ReduceProd ReduceL1 ReduceL2 ReduceSumSquare ReduceLogSumExp',
    (context) => {
      const { dims } = context.value(0);
      const axes = reducedAxes(context, dims.length);
      const keeps = context.int('keepdims', 1) === 1;
      return [dims.flatMap((dim, axis) => (!axes.has(axis) ? [dim] : keeps ? [1] : []))];
    },
  ),
  ...each('ArgMax ArgMin', (context) => {
    const { dims } = context.value(0);
    const at = wrapAxis(context.int('axis', 0), dims.length);
    const keeps = context.int('keepdims', 1) === 1;
    return [dims.flatMap((dim, axis) => (axis !== at ? [dim] : keeps ? [1] : []))];
  }),
  ...WINDOW_RULES,
  Constant: (context) => {
    const given = context.node.attributes.value;
    if (given && 'tensor' in given) return [given.tensor.dims];
    const list = context.node.attributes.value_ints ?? context.node.attributes.value_floats;
    return [
      list && 'ints' in list ? [list.ints.length] : list && 'floats' in list ? [list.floats.length] : [],
    ];
  },
  Shape: (context) => {
    const rank = context.value(0).dims.length;
    return [[shapeRange(context, rank).length]];
  },
  Size: () => [[]],
  Concat(context) {
    const parts = context.node.inputs.map((_, index) => context.value(index).dims);
    const first = parts[0] ?? [];
    const at = wrapAxis(context.int('axis', 1), first.length);
    const total = parts.reduce((sum, dims) => sum + (dims[at] ?? 0), 0);
    if (parts.some((dims) => dims.some((dim, axis) => axis !== at && dim !== first[axis]))) throw UNKNOWN;
    return [first.map((dim, axis) => (axis === at ? total : dim))];
  },
  Split(context) {
    const { dims } = context.value(0);
    const at = wrapAxis(context.int('axis', 0), dims.length);
    return splitSizes(context, dims[at] ?? 0).map((size) =>
      dims.map((dim, axis) => (axis === at ? size : dim)),
    );
  },
  Gather(context) {
    const { dims } = context.value(0);
    const at = wrapAxis(context.int('axis', 0), dims.length);
    return [[...dims.slice(0, at), ...context.value(1).dims, ...dims.slice(at + 1)]];
  },
  GatherElements: (context) => [context.value(1).dims],
  GatherND(context) {
    const { dims } = context.value(0);
    const places = context.value(1).dims;
    const depth = places.at(-1) ?? 0;
    return [[...places.slice(0, -1), ...dims.slice(depth + context.int('batch_dims', 0))]];
  },
  OneHot(context) {
    const { dims } = context.value(0);
    const at = wrapAxis(context.int('axis', -1), dims.length + 1);
    return [[...dims.slice(0, at), context.data(1)[0] ?? 0, ...dims.slice(at)]];
  },
  Slice(context) {
    const { dims } = context.value(0);
    return [sliceOf(context, dims).map(({ count }) => count)];
  },
  Unsqueeze(context) {
    const { dims } = context.value(0);
    const axes = context.list(1, 'axes') ?? [];
    const rank = dims.length + axes.length;
    const added = new Set(axes.map((axis) => wrapAxis(axis, rank)));
    let next = 0;
    return [Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : (dims[next++] ?? 1)))];
  },
  Squeeze(context) {
    const { dims } = context.value(0);
    const axes = context.list(1, 'axes');
    const gone = new Set(axes?.map((axis) => wrapAxis(axis, dims.length)));
    return [dims.filter((dim, axis) => (axes ? !gone.has(axis) : dim !== 1))];
  },
  Range(context) {
    const [start = 0, limit = 0, step = 1] = [0, 1, 2].map((index) => context.data(index)[0]);
    return [[Math.max(0, Math.ceil((limit - start) / step))]];
  },
  ConstantOfShape: (context) => [Array.from(context.data(0))],
  Expand(context) {
    return [broadcastDims([context.value(0).dims, Array.from(context.data(1))])];
  },
  Tile(context) {
    const repeats = context.data(1);
    return [context.value(0).dims.map((dim, axis) => dim * (repeats[axis] ?? 1))];
  },
  Reshape(context) {
    const { dims } = context.value(0);
    const asked = context.list(1, 'shape') ?? [];
    const sizes = asked.map((size, axis) =>
      size === 0 && !context.int('allowzero', 0) ? (dims[axis] ?? 0) : size,
    );
    const known = countOf(sizes.filter((size) => size !== -1));
    const made = sizes.map((size) => (size === -1 ? countOf(dims) / known : size));
    if (countOf(made) !== countOf(dims)) throw UNKNOWN;
    return [made];
  },
  Flatten(context) {
    const { dims } = context.value(0);
    const axis = context.int('axis', 1);
    const at = axis < 0 ? axis + dims.length : axis;
    return [[countOf(dims.slice(0, at)), countOf(dims.slice(at))]];
  },
  Transpose(context) {
    const { dims } = context.value(0);
    return [permOf(context, dims.length).map((axis) => dims[axis] ?? 0)];
  },
  MatMul(context) {
    const [a, b] = [context.value(0).dims, context.value(1).dims];
    const left = a.length === 1 ? [1, ...a] : a;
    const right = b.length === 1 ? [...b, 1] : b;
    const batch = broadcastDims([left.slice(0, -2), right.slice(0, -2)]);
    const rows = a.length === 1 ? [] : left.slice(-2, -1);
    return [[...batch, ...rows, ...(b.length === 1 ? [] : right.slice(-1))]];
  },
  Einsum(context) {
    const { terms, result } = einsumOf(context.node);
    const letters = new Map<string, number>();
    terms.forEach((term, index) => {
      const { dims } = context.value(index);
      if (dims.length !== term.length) throw UNKNOWN;
      dims.forEach((dim, axis) => {
        const letter = term[axis] ?? '';
        if ((letters.get(letter) ?? dim) !== dim) throw UNKNOWN;
        letters.set(letter, dim);
      });
    });
    return [[...result].map((letter) => letters.get(letter) ?? 0)];
  },
  Gemm(context) {
    const [a, b] = [context.value(0).dims, context.value(1).dims];
    return [[a[context.int('transA', 0) ? 1 : 0] ?? 0, b[context.int('transB', 0) ? 0 : 1] ?? 0]];
  },
  Pad(context) {
    const { dims } = context.value(0);
    const pads = context.list(1, 'pads') ?? [];
    const mirrors = stringOf(context.node, 'mode', 'constant') === 'reflect';
    const axes = (context.list(3, '') ?? dims.map((_, axis) => axis)).map((axis) =>
      wrapAxis(axis, dims.length),
    );
    return [
      dims.map((dim, axis) => {
        const at = axes.indexOf(axis);
        const [before, after] = at < 0 ? [0, 0] : [pads[at] ?? 0, pads[at + axes.length] ?? 0];
        // A mirror shows no more than there is.
        if (mirrors && Math.max(before, after) >= dim) throw UNKNOWN;
        return dim + before + after;
      }),
    ];
  },
  GridSample(context) {
    return [[...context.value(0).dims.slice(0, 2), ...context.value(1).dims.slice(1, -1)]];
  },
};

function each(ops: string, rule: SizeRule): Record<string, SizeRule> {
  return Object.fromEntries(ops.split(' ').map((op) => [op, rule]));
}

/** The first output is as the first input is; a normalisation's others are not followed. */
function same(context: ValueContext): Sizes[] {
  return [context.value(0).dims];
}

function broadcast(context: ValueContext): Sizes[] {
  return [broadcastDims(context.node.inputs.map((_, index) => context.value(index).dims))];
}

/** numpy's rule: aligned at the last axis, a 1 gives way. */
function broadcastDims(shapes: readonly Sizes[]): number[] {
  const rank = Math.max(0, ...shapes.map((dims) => dims.length));
  return Array.from({ length: rank }, (_, axis) => {
    const dims = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1);
    const wide = dims.find((dim) => dim !== 1) ?? 1;
    if (dims.some((dim) => dim !== 1 && dim !== wide)) throw UNKNOWN;
    return wide;
  });
}

/** The letters of an Einsum without dots: one word an input, one for the result. */
function einsumOf(node: GraphNode): { terms: readonly string[]; result: string } {
  const equation = stringOf(node, 'equation', '').replaceAll(' ', '');
  const [left = '', result] = equation.split('->');
  if (result === undefined || !/^[a-zA-Z,]+->[a-zA-Z]*$/.test(equation)) throw UNKNOWN;
  return { terms: left.split(','), result };
}

export function reducedAxes(context: ValueContext, rank: number): Set<number> {
  const axes = context.list(1, 'axes') ?? [];
  if (!axes.length && context.int('noop_with_empty_axes', 0)) return new Set();
  return new Set(
    axes.length ? axes.map((axis) => wrapAxis(axis, rank)) : Array.from({ length: rank }, (_, i) => i),
  );
}

/** The axes whose sizes a Shape node gives. */
export function shapeRange(context: ValueContext, rank: number): number[] {
  const clamp = (axis: number) => Math.min(rank, Math.max(0, axis < 0 ? axis + rank : axis));
  const [start, end] = [clamp(context.int('start', 0)), clamp(context.int('end', rank))];
  return Array.from({ length: Math.max(0, end - start) }, (_, index) => start + index);
}

export function permOf(context: ValueContext, rank: number): readonly number[] {
  const perm = context.ints('perm', []);
  return perm.length
    ? perm.map((axis) => wrapAxis(axis, rank))
    : Array.from({ length: rank }, (_, i) => rank - 1 - i);
}

export function splitSizes(context: ValueContext, size: number): readonly number[] {
  const given = context.list(1, 'split');
  if (given?.length) return given;
  const parts = context.node.outputs.length;
  const each = Math.ceil(size / parts);
  return Array.from({ length: parts }, (_, index) => Math.min(each, size - index * each));
}

/** For every axis, where a Slice begins, its step and how many elements it takes. */
export function sliceOf(context: ValueContext, dims: Sizes) {
  const starts = context.list(1, 'starts') ?? [];
  const ends = context.list(2, 'ends') ?? [];
  const axes = (context.list(3, 'axes') ?? starts.map((_, axis) => axis)).map((axis) =>
    wrapAxis(axis, dims.length),
  );
  const steps = context.list(4, '') ?? [];
  return dims.map((size, axis) => {
    const at = axes.indexOf(axis);
    if (at < 0) return { start: 0, step: 1, count: size };
    const step = steps[at] ?? 1;
    if (step === 0) throw UNKNOWN;
    const bound = (value: number, low: number, high: number) =>
      Math.min(high, Math.max(low, value < 0 ? value + size : value));
    const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
    const start = bound(starts[at] ?? 0, 0, high);
    const end = bound(ends[at] ?? size, low, high);
    return { start, step, count: Math.max(0, Math.ceil((end - start) / step)) };
  });
}

const TYPES = new Map(Object.entries(DATA_TYPES).map(([name, id]) => [id as number, name as TensorType]));

/** The element type of a node's outputs. */
export function typeOf(context: ValueContext): TensorType {
  const { op } = context.node;
  if (/^(Equal|Greater|Less|GreaterOrEqual|LessOrEqual|Not|And|Or|Xor|IsNaN)$/.test(op)) return 'bool';
  if (/^(Shape|Size|ArgMax|ArgMin|NonZero)$/.test(op)) return 'int64';
  if (op === 'DequantizeLinear') return context.value(1).type;
  if (op === 'QuantizeLinear') return context.has(2) ? context.value(2).type : 'uint8';
  if (op === 'OneHot') return context.value(2).type;
  if (op === 'Where') return context.value(1).type;
  if (op === 'Cast') return TYPES.get(context.int('to', 0)) ?? 'float32';
  if (op === 'Constant' || op === 'ConstantOfShape') {
    const given = context.node.attributes.value;
    if (given && 'tensor' in given) return given.tensor.type;
    return /int/.test(Object.keys(context.node.attributes)[0] ?? '') ? 'int64' : 'float32';
  }
  return context.value(0).type;
}

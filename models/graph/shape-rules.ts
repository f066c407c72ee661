import { type Dim, fixed, fixedSize, type Shape, type ShapeContext, UnknownShape } from './dims.ts';
import { stringOf } from './graph.ts';

/**
 * One rule an operator: the shape of its first output. Sizes follow the ONNX operator specification; where it rounds
 * (strides, fractional scales) a symbolic size keeps its exact factor and only the constant part is rounded.
 */
export const SHAPE_RULES: Readonly<Record<string, (context: ShapeContext) => Shape>> = {
  ...each(
    [
      'QuantizeLinear',
      'DequantizeLinear',
      'Relu',
      'LeakyRelu',
      'PRelu',
      'Sigmoid',
      'Tanh',
      'Clip',
      'Identity',
      'HardSigmoid',
      'HardSwish',
    ],
    same,
  ),
  ...each(
    ['Elu', 'Selu', 'Softplus', 'Exp', 'Sqrt', 'Neg', 'Abs', 'Cast', 'Gelu', 'Erf', 'Floor', 'Reciprocal'],
    same,
  ),
  ...each(['BatchNormalization', 'InstanceNormalization', 'LayerNormalization'], same),
  ...each(['Add', 'Sub', 'Mul', 'Div', 'Max', 'Min', 'Pow', 'Sum'], broadcast),
  ...each(['AveragePool', 'MaxPool'], (context) => {
    const kernel = context.ints('kernel_shape', []);
    return window(context, context.shape(0)[1] ?? fixed(1), kernel);
  }),
  ...each(['GlobalAveragePool', 'GlobalMaxPool'], (context) => {
    return context.shape(0).map((dim, axis) => (axis < 2 ? dim : fixed(1)));
  }),
  Conv(context) {
    const [out, , ...kernel] = context.shape(1);
    return window(
      context,
      out ?? fixed(1),
      kernel.map((dim) => dim.plus),
    );
  },
  ConvTranspose(context) {
    const [batch = fixed(1), , ...spatial] = context.shape(0);
    const [, out = fixed(1), ...kernel] = context.shape(1);
    const strides = context.ints('strides', [1, 1]);
    const dilations = context.ints('dilations', [1, 1]);
    const pads = context.ints('pads', [0, 0, 0, 0]);
    const extra = context.ints('output_padding', [0, 0]);
    const sizes = spatial.map((dim, axis) => {
      const stride = strides[axis] ?? 1;
      const reach = (dilations[axis] ?? 1) * ((kernel[axis]?.plus ?? 1) - 1) + 1;
      const change =
        reach - stride - (pads[axis] ?? 0) - (pads[axis + spatial.length] ?? 0) + (extra[axis] ?? 0);
      return shift(times(dim, stride), change);
    });
    return [batch, fixed(out.plus * context.int('group', 1)), ...sizes];
  },
  Concat(context) {
    const first = context.shape(0);
    const axis = wrap(context.int('axis', 1), first.length);
    const parts = context.node.inputs.map((_, index) => context.shape(index)[axis] ?? fixed(0));
    return first.map((dim, index) => (index === axis ? parts.reduce(plus) : dim));
  },
  DepthToSpace(context) {
    const block = context.int('blocksize', 1);
    return context
      .shape(0)
      .map((dim, axis) => times(dim, axis === 0 ? 1 : axis === 1 ? 1 / block ** 2 : block));
  },
  SpaceToDepth(context) {
    const block = context.int('blocksize', 1);
    return context
      .shape(0)
      .map((dim, axis) => times(dim, axis === 0 ? 1 : axis === 1 ? block ** 2 : 1 / block));
  },
  Resize(context) {
    const sizes = context.constant(3);
    if (sizes?.length) return sizes.map(fixed);
    const scales = context.constant(2);
    if (!scales?.length) throw new UnknownShape();
    return context.shape(0).map((dim, axis) => {
      const scaled = times(dim, scales[axis] ?? 1);
      return { ...scaled, plus: Math.floor(scaled.plus) };
    });
  },
  /** Of what has one size whatever the picture's, to written sizes. */
  Reshape(context) {
    const count = context.shape(0).reduce((product, dim) => product * (fixedSize(dim) ?? Number.NaN), 1);
    const written = context.constant(1);
    if (written?.reduce((product, size) => product * size, 1) !== count) throw new UnknownShape();
    return written.map(fixed);
  },
  Pad(context) {
    const pads = context.constant(1) ?? context.ints('pads', []);
    const shape = context.shape(0);
    if (pads.length !== 2 * shape.length) throw new UnknownShape();
    return shape.map((dim, axis) => shift(dim, (pads[axis] ?? 0) + (pads[axis + shape.length] ?? 0)));
  },
  /** With constant places only; steps other than 1 stay unknown. */
  Slice(context) {
    const [starts, ends, axes] = [1, 2, 3].map((index) => context.constant(index));
    if (!starts || !ends || !axes || context.constant(4)?.some((step) => step !== 1))
      throw new UnknownShape();
    const shape = [...context.shape(0)];
    axes.forEach((axis, index) => {
      const place = wrap(axis, shape.length);
      const [start = 0, end = 0] = [starts[index], ends[index]];
      const dim = shape[place];
      if (!dim) throw new UnknownShape();
      const size = fixedSize(dim);
      if (size !== undefined) {
        const at = (value: number) => Math.min(Math.max(value < 0 ? value + size : value, 0), size);
        shape[place] = fixed(Math.max(at(end) - at(start), 0));
      } else if (start >= 0 && (end < 0 || end >= MAX_INT)) {
        // A picture that is too small for the cut fails when it runs: the size rule is found by running.
        const behind = end >= MAX_INT ? 0 : end;
        shape[place] = shift(dim, behind - start);
      } else if (start >= 0 && end > 0) shape[place] = fixed(end - start);
      else throw new UnknownShape();
    });
    return shape;
  },
  Transpose(context) {
    const shape = context.shape(0);
    return context
      .ints(
        'perm',
        shape.map((_, axis) => shape.length - 1 - axis),
      )
      .map((axis) => {
        const dim = shape[axis];
        if (!dim) throw new UnknownShape();
        return dim;
      });
  },
};

/** What stands for "to the end" in the cuts that are written here. */
const MAX_INT = 2 ** 31 - 1;

function each(ops: string[], rule: (context: ShapeContext) => Shape) {
  return Object.fromEntries(ops.map((op) => [op, rule]));
}

function same(context: ShapeContext): Shape {
  return context.shape(0);
}

/** numpy's rule: aligned at the last axis, a 1 gives way. */
function broadcast(context: ShapeContext): Shape {
  const shapes = context.node.inputs.map((_, index) => context.shape(index));
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const dims = shapes.map((shape) => shape[axis - rank + shape.length] ?? fixed(1));
    return dims.find((dim) => fixedSize(dim) !== 1) ?? fixed(1);
  });
}

/** Convolution and pooling: floor((size + pads - reach) / stride) + 1. */
function window(context: ShapeContext, channels: Dim, kernel: readonly number[]): Shape {
  const [batch = fixed(1), , ...spatial] = context.shape(0);
  const strides = context.ints('strides', []);
  const dilations = context.ints('dilations', []);
  const pads = context.ints('pads', []);
  const keeps = stringOf(context.node, 'auto_pad', 'NOTSET').startsWith('SAME');
  const sizes = spatial.map((dim, axis) => {
    const stride = strides[axis] ?? 1;
    if (keeps) return { ...times(dim, 1 / stride), plus: Math.ceil(dim.plus / stride) };
    const reach = (dilations[axis] ?? 1) * ((kernel[axis] ?? 1) - 1) + 1;
    const room = shift(dim, (pads[axis] ?? 0) + (pads[axis + spatial.length] ?? 0) - reach);
    const strided = times(room, 1 / stride);
    return { ...strided, plus: Math.floor(strided.plus) + 1 };
  });
  return [batch, channels, ...sizes];
}

function times(dim: Dim, factor: number): Dim {
  return { height: dim.height * factor, width: dim.width * factor, plus: dim.plus * factor };
}

function plus(a: Dim, b: Dim): Dim {
  return { height: a.height + b.height, width: a.width + b.width, plus: a.plus + b.plus };
}

function shift(dim: Dim, by: number): Dim {
  return { ...dim, plus: dim.plus + by };
}

function wrap(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

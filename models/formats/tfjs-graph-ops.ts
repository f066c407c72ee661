import { unknownModel } from '../errors.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { OpContext, OpRule } from './tfjs-graph-rule.ts';
import { WINDOW_OPS } from './tfjs-graph-windows.ts';

/** Further than any axis reaches. */
const MAX_INT = 2 ** 31 - 1;

const WHOLE = new Set(['INT32', 'INT64']);
const CASTS: Readonly<Record<string, number>> = { FLOAT: 1, INT32: 7, INT64: 7, BOOL: 9 };

/** One rule an operator of TensorFlow; semantics after TensorFlow's operator documentation. */
export const TFJS_OPS: Readonly<Record<string, OpRule>> = {
  ...WINDOW_OPS,
  ...renamed({
    Identity: 'Identity',
    AddV2: 'Add',
    Add: 'Add',
    BiasAdd: 'Add',
    Sub: 'Sub',
    Mul: 'Mul',
    RealDiv: 'Div',
    Maximum: 'Max',
    Minimum: 'Min',
    Pow: 'Pow',
    Equal: 'Equal',
    Greater: 'Greater',
    GreaterEqual: 'GreaterOrEqual',
    Less: 'Less',
    LessEqual: 'LessOrEqual',
    LogicalAnd: 'And',
    LogicalOr: 'Or',
    LogicalNot: 'Not',
    SelectV2: 'Where',
    Relu: 'Relu',
    Elu: 'Elu',
    Sigmoid: 'Sigmoid',
    Tanh: 'Tanh',
    Erf: 'Erf',
    Exp: 'Exp',
    Log: 'Log',
    Sqrt: 'Sqrt',
    Abs: 'Abs',
    Neg: 'Neg',
    Sign: 'Sign',
    Floor: 'Floor',
    Ceil: 'Ceil',
    Reciprocal: 'Reciprocal',
    Softplus: 'Softplus',
    Softmax: 'Softmax',
    BroadcastTo: 'Expand',
  }),
  ...reductions({
    Sum: 'ReduceSum',
    Mean: 'ReduceMean',
    Max: 'ReduceMax',
    Min: 'ReduceMin',
    Prod: 'ReduceProd',
  }),
  NotEqual: ({ builder, inputs }) => builder.node('Not', [builder.node('Equal', [...inputs])]),
  Square: ({ builder, inputs: [x = ''] }) => builder.mul(x, x),
  SquaredDifference: ({ builder, inputs: [a = '', b = ''] }) => {
    const difference = builder.sub(a, b);
    return builder.mul(difference, difference);
  },
  Rsqrt: ({ builder, inputs: [x = ''] }) => builder.node('Reciprocal', [builder.node('Sqrt', [x])]),
  Relu6: ({ builder, inputs: [x = ''] }) => builder.node('Clip', [x, builder.scalar(0), builder.scalar(6)]),
  LeakyRelu: ({ builder, node, inputs: [x = ''] }) =>
    builder.leakyRelu(x, node.attributes.float('alpha', 0.2)),
  Cast: ({ builder, node, inputs: [x = ''], file }) => {
    const to = CASTS[node.attributes.type('DstT')];
    if (!to) throw unknownModel(file, `numbers of type ${node.attributes.type('DstT')}`);
    return builder.node('Cast', [x], { to: { int: to } });
  },
  // Both round down, whatever the signs; ONNX divides whole numbers towards zero.
  FloorDiv: ({ builder, node, inputs: [a = '', b = ''] }) =>
    WHOLE.has(node.attributes.type('T'))
      ? builder.node('Div', [builder.sub(a, builder.node('Mod', [a, b])), b])
      : builder.node('Floor', [builder.node('Div', [a, b])]),
  FloorMod: ({ builder, node, inputs: [a = '', b = ''] }) =>
    WHOLE.has(node.attributes.type('T'))
      ? builder.node('Mod', [a, b])
      : builder.sub(a, builder.mul(builder.node('Floor', [builder.node('Div', [a, b])]), b)),
  Shape: ({ builder, inputs: [x = ''] }) => builder.node('Shape', [x]),
  Reshape: ({ builder, inputs: [x = '', shape = ''] }) =>
    // TensorFlow's 0 is a size, ONNX's copies one.
    builder.node('Reshape', [x, shape], { allowzero: { int: 1 } }),
  Transpose: (context) => context.builder.transpose(context.inputs[0] ?? '', Array.from(context.constant(1))),
  ExpandDims: (context) => unsqueeze(context.builder, context.inputs[0] ?? '', context.constant(1)[0] ?? 0),
  Squeeze: ({ builder, node, inputs: [x = ''] }) => {
    const axes = node.attributes.ints('squeeze_dims');
    return builder.node('Squeeze', axes.length ? [x, builder.ints(axes)] : [x]);
  },
  Pack: ({ builder, node, inputs }) => {
    const axis = node.attributes.int('axis');
    return builder.concat(
      inputs.map((x) => unsqueeze(builder, x, axis)),
      axis,
    );
  },
  ConcatV2: (context) => {
    const last = context.inputs.length - 1;
    return context.builder.concat(context.inputs.slice(0, -1), context.constant(last)[0] ?? 0);
  },
  GatherV2: (context) => {
    const { builder, node, inputs, file } = context;
    if (node.attributes.int('batch_dims')) throw unknownModel(file, 'a gathering in batches');
    return builder.node('Gather', inputs.slice(0, 2), { axis: { int: context.constant(2)[0] ?? 0 } });
  },
  Range: ({ builder, inputs }) => builder.node('Range', [...inputs]),
  Fill: ({ builder, inputs: [dims = '', value = ''] }) => builder.node('Expand', [value, dims]),
  Tile: ({ builder, inputs }) => builder.node('Tile', [...inputs]),
  Einsum: (context) => einsum(context),
  MatMul: ({ builder, node, inputs: [a = '', b = ''] }) =>
    builder.node('Gemm', [a, b], {
      transA: { int: Number(node.attributes.flag('transpose_a')) },
      transB: { int: Number(node.attributes.flag('transpose_b')) },
    }),
  StridedSlice: (context) => stridedSlice(context),
};

function renamed(names: Readonly<Record<string, string>>): Record<string, OpRule> {
  return Object.fromEntries(
    Object.entries(names).map(([from, to]) => [from, ({ builder, inputs }) => builder.node(to, [...inputs])]),
  );
}

function reductions(names: Readonly<Record<string, string>>): Record<string, OpRule> {
  return Object.fromEntries(
    Object.entries(names).map(([from, to]) => [
      from,
      (context) => {
        const { builder, node, inputs } = context;
        const keeps = { keepdims: { int: Number(node.attributes.flag('keep_dims')) } };
        const axes = Array.from(context.constant(1));
        // No axes to reduce is the value itself, which ONNX has to be told.
        if (!axes.length) return builder.node('Identity', [inputs[0] ?? '']);
        // In operator set 18 all of them take the axes as an input.
        return builder.node(to, [inputs[0] ?? '', builder.ints(axes)], keeps);
      },
    ]),
  );
}

function unsqueeze(builder: GraphBuilder, x: string, axis: number): string {
  return builder.node('Unsqueeze', [x, builder.ints([axis])]);
}

/** A product over the last axis is a MatMul; every other sum of products stays as it is written. */
function einsum({ builder, node, inputs, file }: OpContext): string {
  const equation = node.attributes.text('equation').replaceAll(' ', '');
  const plain = /^([a-zA-Z]+)([a-zA-Z]),([a-zA-Z])([a-zA-Z])->([a-zA-Z]+)$/.exec(equation);
  if (plain) {
    const [, rest = '', summed = '', left = '', made = '', result = ''] = plain;
    if (summed === left && result === rest + made && !rest.includes(summed) && !rest.includes(made)) {
      return builder.matmul(inputs[0] ?? '', inputs[1] ?? '');
    }
  }
  if (!/^[a-zA-Z]+(,[a-zA-Z]+)*->[a-zA-Z]*$/.test(equation)) throw unknownModel(file, `the sum ${equation}`);
  return builder.node('Einsum', [...inputs], { equation: { string: equation } });
}

function stridedSlice(context: OpContext): string {
  const { builder, node, inputs, file } = context;
  const mask = (name: string) => node.attributes.int(`${name}_mask`);
  if (mask('ellipsis') || mask('new_axis')) throw unknownModel(file, 'a slice that adds axes');
  const listed = [1, 2, 3].find((index) => context.isConstant(index));
  if (listed === undefined) throw unknownModel(file, 'a slice of computed axes');
  const axes = [...Array(context.dims(listed)[0] ?? 0).keys()];
  const steps = context.constant(3);
  const bit = (name: string, axis: number) => ((mask(name) >> axis) & 1) === 1;
  const shrunk = axes.filter((axis) => bit('shrink_axis', axis));
  const bound = (index: number, open: (axis: number) => number | undefined) => {
    if (axes.every((axis) => open(axis) === undefined)) return inputs[index] ?? '';
    const given = context.constant(index);
    return builder.ints(axes.map((axis) => open(axis) ?? given[axis] ?? 0));
  };
  const starts = bound(1, (axis) => {
    if (!bit('begin', axis) || bit('shrink_axis', axis)) return undefined;
    return (steps[axis] ?? 1) > 0 ? 0 : MAX_INT;
  });
  const ends = bound(2, (axis) => {
    if (bit('shrink_axis', axis)) {
      const next = (context.constant(1)[axis] ?? 0) + 1;
      return next === 0 ? MAX_INT : next;
    }
    if (!bit('end', axis)) return undefined;
    return (steps[axis] ?? 1) > 0 ? MAX_INT : -MAX_INT;
  });
  const sliced = builder.node('Slice', [
    inputs[0] ?? '',
    starts,
    ends,
    builder.ints(axes),
    builder.ints(Array.from(steps)),
  ]);
  return shrunk.length ? builder.node('Squeeze', [sliced, builder.ints(shrunk)]) : sliced;
}

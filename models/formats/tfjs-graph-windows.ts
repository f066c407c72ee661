import { unknownModel } from '../errors.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { Attribute } from '../graph/graph.ts';
import { type Numbers, pick, stridesOf } from '../graph/values.ts';
import type { OpContext, OpRule } from './tfjs-graph-rule.ts';

/** Operators that look at a picture through a window. ONNX has them for NCHW: transposes go around each. */
export const WINDOW_OPS: Readonly<Record<string, OpRule>> = {
  Conv2D: (context) => convolution(context),
  DepthwiseConv2dNative: (context) => {
    const [, , channels = 0, each = 0] = context.dims(1);
    const weight = permuted(context, [2, 3, 0, 1]);
    const [, , ...kernel] = weight.dims;
    return convolve(context, { data: weight.data, dims: [channels * each, 1, ...kernel] }, channels);
  },
  FusedConv2D: fused,
  _FusedConv2D: fused,
  Conv2DBackpropInput: (context) => {
    const { builder, inputs, file } = context;
    needs(context);
    const [stride = 1, across = stride] = spatial(context, 'strides');
    // [height, width, out, in] to [in, out, height, width]
    const { data, dims } = permuted(context, [3, 2, 0, 1]);
    const [, , height = 1, width = 1] = dims;
    const padding = context.node.attributes.text('padding');
    if (padding !== 'VALID' && padding !== 'SAME') throw unknownModel(file, `the padding ${padding}`);
    const spare = [height - stride, width - across].map((value) =>
      padding === 'SAME' ? Math.max(0, value) : 0,
    );
    const [top = 0, left = 0] = spare.map((value) => Math.floor(value / 2));
    const inner = builder.node(
      'ConvTranspose',
      [nchw(builder, inputs[2] ?? ''), builder.constant(data, dims)],
      {
        strides: { ints: [stride, across] },
        kernel_shape: { ints: [height, width] },
        pads: { ints: [top, left, (spare[0] ?? 0) - top, (spare[1] ?? 0) - left] },
      },
    );
    return nhwc(builder, inner);
  },
  MaxPool: (context) => pool(context, 'MaxPool'),
  AvgPool: (context) => pool(context, 'AveragePool'),
  DepthToSpace: ({ builder, node, inputs: [x = ''] }) => {
    const block = node.attributes.int('block_size', 1);
    return nhwc(builder, builder.depthToSpace(nchw(builder, x), block, 'DCR'));
  },
};

function nchw(builder: GraphBuilder, x: string): string {
  return builder.transpose(x, [0, 3, 1, 2]);
}

function nhwc(builder: GraphBuilder, x: string): string {
  return builder.transpose(x, [0, 2, 3, 1]);
}

function needs({ node, file }: OpContext): void {
  const format = node.attributes.text('data_format', 'NHWC');
  if (format !== 'NHWC') throw unknownModel(file, `pictures as ${format}`);
}

/** The two middle entries of an attribute with one number an axis. */
function spatial({ node }: OpContext, name: string): number[] {
  const list = node.attributes.ints(name);
  return list.length === 4 ? list.slice(1, 3) : [1, 1];
}

/** The constant input 1 with its axes in another order. */
function permuted(context: OpContext, perm: readonly number[]): { data: Float32Array; dims: number[] } {
  const dims = context.dims(1);
  const data: Numbers = context.constant(1);
  if (dims.length !== 4 || !(data instanceof Float32Array))
    throw unknownModel(context.file, 'weights that are no kernel');
  const strides = stridesOf(dims);
  const out = perm.map((axis) => dims[axis] ?? 1);
  const steps = perm.map((axis) => strides[axis] ?? 0);
  return { data: pick(data, out, steps) as Float32Array, dims: out };
}

function convolution(context: OpContext): string {
  const { builder, inputs, node } = context;
  const weight = permuted(context, [3, 2, 0, 1]);
  const [out = 0, from = 0, height = 1, width = 1] = weight.dims;
  const plain = spatial(context, 'strides').every((stride) => stride === 1);
  if (height * width === 1 && plain && node.attributes.text('padding') !== 'EXPLICIT') {
    // A convolution of single pixels is a product over the channels, which NHWC has last: no transposes.
    const matrix = context.constant(1) as Float32Array;
    return builder.matmul(inputs[0] ?? '', builder.constant(matrix, [from, out], 'weight'));
  }
  return convolve(context, weight, 1);
}

function convolve(
  context: OpContext,
  weight: { data: Float32Array; dims: readonly number[] },
  groups: number,
): string {
  needs(context);
  const { builder, inputs, file, node } = context;
  const padding = node.attributes.text('padding');
  const [height = 1, width = 1] = weight.dims.slice(2);
  const [down = 1, right = 1] = spatial(context, 'strides');
  const [tall = 1, wide = 1] = spatial(context, 'dilations');
  const attributes: Record<string, Attribute> = {
    kernel_shape: { ints: [height, width] },
    strides: { ints: [down, right] },
    dilations: { ints: [tall, wide] },
    group: { int: groups },
  };
  if (padding === 'SAME' && down === 1 && right === 1) {
    // SAME puts the odd pixel below and to the right.
    const spare = [(height - 1) * tall, (width - 1) * wide];
    const before = spare.map((value) => Math.floor(value / 2));
    const after = spare.map((value, axis) => value - (before[axis] ?? 0));
    attributes.pads = { ints: [...before, ...after] };
  } else if (padding === 'SAME') attributes.auto_pad = { string: 'SAME_UPPER' };
  else if (padding !== 'VALID') throw unknownModel(file, `the padding ${padding}`);
  const inner = builder.node(
    'Conv',
    [nchw(builder, inputs[0] ?? ''), builder.constant(weight.data, weight.dims, 'weight')],
    attributes,
  );
  return nhwc(builder, inner);
}

/** A convolution with its bias and activation in one node, as TensorFlow's own optimiser leaves it. */
function fused(context: OpContext): string {
  const { builder, inputs, node, file } = context;
  let x = convolution(context);
  for (const step of node.attributes.texts('fused_ops')) {
    if (step === 'BiasAdd') x = builder.add(x, inputs[2] ?? '');
    else if (step === 'Relu') x = builder.relu(x);
    else if (step === 'Relu6') x = builder.node('Clip', [x, builder.scalar(0), builder.scalar(6)]);
    else if (step === 'Elu') x = builder.node('Elu', [x]);
    else if (step === 'LeakyRelu') x = builder.leakyRelu(x, node.attributes.float('leakyrelu_alpha', 0.2));
    else throw unknownModel(file, `a convolution with ${step}`);
  }
  return x;
}

function pool(context: OpContext, op: string): string {
  needs(context);
  const { builder, inputs, node } = context;
  const inner = builder.node(op, [nchw(builder, inputs[0] ?? '')], {
    kernel_shape: { ints: spatial(context, 'ksize') },
    strides: { ints: spatial(context, 'strides') },
    auto_pad: { string: node.attributes.text('padding') === 'SAME' ? 'SAME_UPPER' : 'VALID' },
  });
  return nhwc(builder, inner);
}

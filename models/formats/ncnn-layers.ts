import { brokenModel, unknownModel } from '../errors.ts';
import type { ConvOptions, GraphBuilder, ResizeOptions } from '../graph/builder.ts';
import { fixedSize } from '../graph/dims.ts';
import { inferShapes } from '../graph/shapes.ts';
import type { NcnnLayer } from './ncnn-param.ts';
import type { NcnnWeights } from './ncnn-weights.ts';

/** What a layer's rule works with. */
export interface NcnnContext {
  readonly builder: GraphBuilder;
  readonly weights: NcnnWeights;
  readonly layer: NcnnLayer;
  /** The values that the layer reads, in order. */
  readonly inputs: readonly string[];
  /** How the layer is called in messages. */
  readonly where: string;
  /** A whole-number parameter between `low` and `high`. */
  int(key: number, fallback: number, low: number, high: number): number;
  number(key: number, fallback: number): number;
  list(key: number): readonly number[];
}

/** Returns the value that the layer makes; every output of the layer stands for it. */
export type NcnnRule = (context: NcnnContext) => string;

/**
 * One entry a layer type. Keys are those of ncnn's operator documentation (docs/developer-guide/operators.md there).
 * A layer that is not here makes the model "unknown", never a guess.
 */
export const NCNN_LAYERS: Readonly<Record<string, NcnnRule>> = {
  Split: (context) => first(context),
  Noop: (context) => first(context),
  Dropout: (context) => first(context),
  Convolution: (context) => convolution(context, 1),
  ConvolutionDepthWise: (context) => convolution(context, context.int(7, 1, 1, MAX_CHANNELS)),
  Deconvolution: deconvolution,
  Crop: crop,
  Pooling(context) {
    if (context.int(0, 0, 0, 1) !== 1 || context.int(4, 0, 0, 1) !== 1) {
      throw unknownModel(context.where, 'pooling other than the mean of the whole picture');
    }
    return context.builder.node('GlobalAveragePool', [first(context)]);
  },
  InnerProduct: innerProduct,
  /** With two inputs the factors come from the network itself. */
  Scale(context) {
    if (context.int(0, 0, -233, MAX_CHANNELS) !== -233) throw unknownModel(context.where, 'stored factors');
    return context.builder.mul(first(context), second(context));
  },
  PReLU(context) {
    const count = context.int(0, 0, 1, MAX_CHANNELS);
    const slope = context.weights.raw(count, context.layer.name);
    return count === 1
      ? context.builder.leakyRelu(first(context), slope[0] ?? 0)
      : context.builder.prelu(first(context), slope);
  },
  ReLU: (context) => leaky(context.builder, first(context), context.number(0, 0)),
  Sigmoid: (context) => context.builder.sigmoid(first(context)),
  Swish: (context) => context.builder.swish(first(context)),
  TanH: (context) => context.builder.node('Tanh', [first(context)]),
  Clip: (context) =>
    clip(context.builder, first(context), context.number(0, -MAX_FLOAT), context.number(1, MAX_FLOAT)),
  BinaryOp(context) {
    const make = BINARY[context.int(0, 0, 0, 99)];
    if (!make) throw unknownModel(context.where, `BinaryOp of kind ${context.number(0, 0)}`);
    const a = first(context);
    const b = context.int(1, 0, 0, 1) ? context.builder.scalar(context.number(2, 0)) : second(context);
    return make(context.builder, a, b);
  },
  Eltwise: eltwise,
  Concat(context) {
    // ncnn counts axes without the batch: 0 is channels.
    const axis = context.int(0, 0, -3, 2);
    return context.builder.concat([...context.inputs], axis < 0 ? axis + 4 : axis + 1);
  },
  PixelShuffle(context) {
    const mode = context.int(1, 0, 0, 1) === 0 ? 'CRD' : 'DCR';
    return context.builder.depthToSpace(first(context), context.int(0, 1, 1, 64), mode);
  },
  Interp: interp,
  MemoryData(context) {
    const [width, height, channels] = [0, 1, 2].map((key) => context.int(key, 0, 0, 1 << 24)) as [
      number,
      number,
      number,
    ];
    // A plain vector lies along the channels when it meets a picture (ncnn broadcasts its outer axis first).
    const dims = channels ? [channels, height, width] : height ? [1, height, width] : [width, 1, 1];
    const count = dims.reduce((a, b) => a * b, 1);
    const load = context.int(21, 1, 0, 1) ? 'raw' : 'flagged';
    return context.builder.constant(context.weights[load](count, context.layer.name), dims, 'memory');
  },
};

const MAX_CHANNELS = 65_536;
const MAX_FLOAT = 3.4e38;

const BINARY: Readonly<Record<number, (builder: GraphBuilder, a: string, b: string) => string>> = {
  0: (builder, a, b) => builder.add(a, b),
  1: (builder, a, b) => builder.sub(a, b),
  2: (builder, a, b) => builder.mul(a, b),
  3: (builder, a, b) => builder.node('Div', [a, b]),
  4: (builder, a, b) => builder.node('Max', [a, b]),
  5: (builder, a, b) => builder.node('Min', [a, b]),
  7: (builder, a, b) => builder.sub(b, a),
  8: (builder, a, b) => builder.node('Div', [b, a]),
};

function first(context: NcnnContext): string {
  return input(context, 0);
}

function second(context: NcnnContext): string {
  return input(context, 1);
}

function input(context: NcnnContext, index: number): string {
  const value = context.inputs[index];
  if (value === undefined)
    throw brokenModel(context.where, `the layer "${context.layer.name}" lacks an input`);
  return value;
}

function convolution(context: NcnnContext, groups: number): string {
  const { layer, weights, builder } = context;
  const out = context.int(0, 0, 1, MAX_CHANNELS);
  const square = (key: number, low: number, fallback: number, high = 64) => {
    const horizontal = context.int(key, fallback, low, high);
    return [context.int(key + 10, horizontal, low, high), horizontal] as const;
  };
  const [kernelHeight, kernelWidth] = square(1, 1, 0);
  const count = context.int(6, 0, 1, 1 << 28);
  const channels = count / (out * kernelHeight * kernelWidth);
  if (!Number.isInteger(channels) || out % groups !== 0) {
    throw brokenModel(context.where, `the sizes of the layer "${layer.name}" do not fit each other`);
  }
  if (context.int(8, 0, 0, 999) !== 0) throw unknownModel(context.where, 'int8 weights');
  if (context.number(18, 0) !== 0) throw unknownModel(context.where, 'padding with a value');
  if (layer.params.has(19)) throw unknownModel(context.where, 'weights that change while it runs');
  const weight = weights.flagged(count, layer.name);
  const left = context.int(4, 0, -234, 1024);
  const right = context.int(15, left, -234, 1024);
  const top = context.int(14, left, -234, 1024);
  const bottom = context.int(16, top, -234, 1024);
  const options: ConvOptions = {
    weight,
    dims: [out, channels, kernelHeight, kernelWidth],
    strides: square(3, 1, 1),
    dilations: square(2, 1, 1),
    groups,
    ...(context.int(5, 0, 0, 1) ? { bias: weights.raw(out, layer.name) } : {}),
    ...(left === -233 ? { autoPad: 'SAME_UPPER' as const } : {}),
    ...(left === -234 ? { autoPad: 'SAME_LOWER' as const } : {}),
    ...(left >= 0 ? { pads: [top, left, bottom, right] as const } : {}),
  };
  return activation(context, builder.conv(first(context), options));
}

/** ncnn keeps [out, in, height, width], ONNX wants [in, out, height, width]. */
function deconvolution(context: NcnnContext): string {
  const { layer, weights, builder } = context;
  const out = context.int(0, 0, 1, MAX_CHANNELS);
  const [kernel, dilation, stride] = [
    context.int(1, 0, 1, 64),
    context.int(2, 1, 1, 64),
    context.int(3, 1, 1, 64),
  ];
  const pad = context.int(4, 0, -234, 1024);
  const count = context.int(6, 0, 1, 1 << 28);
  const input = count / (out * kernel ** 2);
  if (!Number.isInteger(input)) {
    throw brokenModel(context.where, `the sizes of the layer "${layer.name}" do not fit each other`);
  }
  // Uneven kernels, paddings and sizes were met in no model of this family.
  const special = [11, 12, 13, 14, 15, 16, 18, 19, 20, 21, 28].filter((key) => layer.params.has(key));
  if (pad < 0 || special.length > 0)
    throw unknownModel(context.where, 'a transposed convolution of uneven sides');
  const stored = weights.flagged(count, layer.name);
  const weight = new Float32Array(count);
  const area = kernel ** 2;
  for (let o = 0; o < out; o += 1) {
    for (let i = 0; i < input; i += 1) {
      const from = (o * input + i) * area;
      weight.set(stored.subarray(from, from + area), (i * out + o) * area);
    }
  }
  const inputs = [first(context), builder.constant(weight, [input, out, kernel, kernel], 'weight')];
  if (context.int(5, 0, 0, 1)) inputs.push(builder.constant(weights.raw(out, layer.name), [out], 'bias'));
  const made = builder.node('ConvTranspose', inputs, {
    kernel_shape: { ints: [kernel, kernel] },
    strides: { ints: [stride, stride] },
    dilations: { ints: [dilation, dilation] },
    pads: { ints: [pad, pad, pad, pad] },
  });
  return activation(context, made);
}

/** A matrix over the channels of a picture of one pixel: a 1 x 1 convolution. */
function innerProduct(context: NcnnContext): string {
  const { layer, weights, builder } = context;
  const out = context.int(0, 0, 1, MAX_CHANNELS);
  const count = context.int(2, 0, 1, 1 << 28);
  const input = count / out;
  const [, channels, height, width] = inferShapes(builder.graph).get(first(context)) ?? [];
  const isOne = fixedSize(height) === 1 && fixedSize(width) === 1 && fixedSize(channels) === input;
  if (!isOne) throw unknownModel(context.where, 'a matrix over more than one pixel');
  const weight = weights.flagged(count, layer.name);
  const made = builder.conv(first(context), {
    weight,
    dims: [out, input, 1, 1],
    ...(context.int(1, 0, 0, 1) ? { bias: weights.raw(out, layer.name) } : {}),
  });
  return activation(context, made);
}

/** Cuts by stated places (keys 9 to 11, axes without the batch), or to the size of a second input. */
function crop(context: NcnnContext): string {
  const { builder, inputs } = context;
  if (inputs.length === 2) return cropLike(context);
  const [starts, ends, axes] = [9, 10, 11].map((key) => context.list(key)) as [number[], number[], number[]];
  if (!axes.length || starts.length !== axes.length || ends.length !== axes.length) {
    throw unknownModel(context.where, 'a cut without places');
  }
  return axes.reduce((value, axis, index) => {
    const [start = 0, end = 0] = [starts[index], ends[index]];
    return builder.slice(value, axis < 0 ? axis : axis + 1, start, end === -233 ? undefined : end);
  }, first(context));
}

function cropLike(context: NcnnContext): string {
  const { builder } = context;
  const shapes = inferShapes(builder.graph);
  const [own, wanted] = [shapes.get(first(context)), shapes.get(second(context))];
  const [right, down] = [context.int(0, 0, 0, 4096), context.int(1, 0, 0, 4096)];
  let value = first(context);
  for (const [axis, start] of [
    [2, down],
    [3, right],
  ] as const) {
    const [a, b] = [own?.[axis], wanted?.[axis]];
    const rest = (a?.plus ?? 0) - (b?.plus ?? 0) - start;
    if (!a || !b || a.height !== b.height || a.width !== b.width || rest < 0) {
      throw unknownModel(context.where, 'a cut whose size cannot be told beforehand');
    }
    value = builder.slice(value, axis, start, rest === 0 ? undefined : -rest);
  }
  return value;
}

/** The activation that ncnn's optimiser has fused into a convolution: key 9 with its numbers in key 10. */
function activation({ builder, where, ...context }: NcnnContext, x: string): string {
  const [a = 0, b = 0] = context.list(10);
  switch (context.int(9, 0, 0, 99)) {
    case 0:
      return x;
    case 1:
      return builder.relu(x);
    case 2:
      return leaky(builder, x, a);
    case 3:
      return clip(builder, x, a, b);
    case 4:
      return builder.sigmoid(x);
    default:
      throw unknownModel(where, `a fused activation of kind ${context.number(9, 0)}`);
  }
}

function eltwise(context: NcnnContext): string {
  const { builder, inputs } = context;
  const kind = context.int(0, 0, 0, 2);
  const factors = context.list(1);
  const scaled = inputs.map((value, index) =>
    kind === 1 ? builder.scale(value, factors[index] ?? 1) : value,
  );
  const join = kind === 0 ? 'Mul' : kind === 1 ? 'Add' : 'Max';
  return scaled
    .slice(1)
    .reduce((sum, value) => builder.node(join, [sum, value]), scaled[0] ?? first(context));
}

function interp(context: NcnnContext): string {
  const modes: Record<number, ResizeOptions['mode']> = { 1: 'nearest', 2: 'linear', 3: 'cubic' };
  const mode = modes[context.int(0, 0, 0, 9)];
  const [height, width] = [context.number(1, 1), context.number(2, 1)];
  if (
    !mode ||
    context.int(3, 0, 0, 1 << 20) ||
    context.int(4, 0, 0, 1 << 20) ||
    context.inputs.length !== 1
  ) {
    throw unknownModel(context.where, 'an enlargement to a fixed size');
  }
  if (!(height > 0 && height <= 64 && width > 0 && width <= 64)) {
    throw brokenModel(context.where, `the layer "${context.layer.name}" enlarges by ${height} and ${width}`);
  }
  // ncnn's nearest takes floor(x / scale), the others pixel centres.
  const coordinates =
    mode === 'nearest' ? 'asymmetric' : context.int(6, 0, 0, 1) ? 'align_corners' : 'half_pixel';
  return context.builder.resize(first(context), height, width, { mode, coordinates });
}

function leaky(builder: GraphBuilder, x: string, slope: number): string {
  return slope === 0 ? builder.relu(x) : builder.leakyRelu(x, slope);
}

function clip(builder: GraphBuilder, x: string, low: number, high: number): string {
  return builder.node('Clip', [x, builder.scalar(low), builder.scalar(high)]);
}

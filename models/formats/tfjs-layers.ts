import { brokenModel, unknownModel } from '../errors.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { TfjsWeight } from './tfjs-weights.ts';

/** What a layer's rule works with. */
interface TfjsContext {
  readonly builder: GraphBuilder;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly inputs: readonly string[];
  /** How the file is called in messages. */
  readonly file: string;
  weight(name: string, rank: number): TfjsWeight;
}

export type TfjsRule = (context: TfjsContext) => string;

/**
 * One entry a Keras layer class, and UpscalerJS' own two (MultiplyBeta, PixelShuffle{2,3,4,8}x). Pictures are NHWC
 * there and NCHW here, so axes and kernels turn on the way; the numbers do not change.
 */
export const TFJS_LAYERS: Readonly<Record<string, TfjsRule>> = {
  Conv2D: conv2d,
  Activation: (context) => activate(context, first(context), context.config.activation),
  ReLU(context) {
    const { max_value, threshold, negative_slope } = context.config;
    if (max_value != null || Number(threshold ?? 0) !== 0)
      throw unknownModel(context.file, 'a ReLU with limits');
    const slope = Number(negative_slope ?? 0);
    return slope ? context.builder.leakyRelu(first(context), slope) : context.builder.relu(first(context));
  },
  LeakyReLU: (context) => context.builder.leakyRelu(first(context), Number(context.config.alpha ?? 0.3)),
  PReLU(context) {
    const alpha = context.weight('alpha', 3);
    if (alpha.dims[0] !== 1 || alpha.dims[1] !== 1)
      throw unknownModel(context.file, 'a slope for every pixel');
    return context.builder.prelu(first(context), alpha.data);
  },
  Add: (context) =>
    context.inputs.slice(1).reduce((sum, value) => context.builder.add(sum, value), first(context)),
  Multiply: (context) => context.inputs.slice(1).reduce((a, b) => context.builder.mul(a, b), first(context)),
  Concatenate(context) {
    const axis = Number(context.config.axis ?? -1);
    if (axis !== 3 && axis !== -1) throw unknownModel(context.file, 'pictures joined side by side');
    return context.builder.concat([...context.inputs]);
  },
  UpSampling2D(context) {
    const { size, interpolation, data_format } = context.config;
    const [height, width] = pair(size, context);
    if ((interpolation ?? 'nearest') !== 'nearest' || (data_format ?? 'channels_last') !== 'channels_last') {
      throw unknownModel(context.file, `an enlargement of kind ${interpolation}`);
    }
    return context.builder.resize(first(context), height, width, {
      mode: 'nearest',
      coordinates: 'asymmetric',
    });
  },
  // UpscalerJS registers it with this constant: the residual scaling of ESRGAN.
  MultiplyBeta: (context) => context.builder.scale(first(context), 0.2),
  ...Object.fromEntries(
    [2, 3, 4, 8].map((block) => [
      `PixelShuffle${block}x`,
      (context: TfjsContext) => context.builder.depthToSpace(first(context), block, 'DCR'),
    ]),
  ),
};

function first(context: TfjsContext): string {
  const value = context.inputs[0];
  if (value === undefined) throw brokenModel(context.file, `the layer "${context.name}" lacks an input`);
  return value;
}

function conv2d(context: TfjsContext): string {
  const { config, builder, file, name } = context;
  if ((config.data_format ?? 'channels_last') !== 'channels_last' || Number(config.groups ?? 1) !== 1) {
    throw unknownModel(file, 'convolutions in groups or with channels first');
  }
  const kernel = context.weight('kernel', 4);
  const [height = 0, width = 0, input = 0, output = 0] = kernel.dims;
  const strides = pair(config.strides ?? 1, context);
  const dilations = pair(config.dilation_rate ?? 1, context);
  const same = config.padding === 'same';
  if (!same && config.padding !== 'valid') throw unknownModel(file, `padding of kind ${config.padding}`);
  const bias = config.use_bias === false ? undefined : context.weight('bias', 1).data;
  if (bias && bias.length !== output)
    throw brokenModel(file, `the bias of "${name}" does not fit its kernel`);
  const made = builder.conv(first(context), {
    weight: toOihw(kernel.data, height, width, input, output),
    dims: [output, input, height, width],
    strides,
    dilations,
    ...(bias ? { bias } : {}),
    ...padding(same, [height, width], strides, dilations),
  });
  return activate(context, made, config.activation);
}

/** `same` in Keras keeps ceil(size / stride) and puts the odd pixel below and right: ONNX's SAME_UPPER. */
function padding(
  same: boolean,
  kernel: readonly number[],
  strides: readonly number[],
  dilations: readonly number[],
) {
  if (!same) return {};
  if (strides.some((stride) => stride !== 1)) return { autoPad: 'SAME_UPPER' as const };
  const [height = 0, width = 0] = kernel.map((size, axis) => (size - 1) * (dilations[axis] ?? 1));
  const before = [height, width].map((size) => Math.floor(size / 2));
  const [top = 0, left = 0] = before;
  return { pads: [top, left, height - top, width - left] as const };
}

/** Kernels turn from [height, width, in, out] to [out, in, height, width]. */
function toOihw(
  data: Float32Array,
  height: number,
  width: number,
  input: number,
  output: number,
): Float32Array {
  const out = new Float32Array(data.length);
  let at = 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      for (let i = 0; i < input; i += 1) {
        for (let o = 0; o < output; o += 1) {
          out[((o * input + i) * height + y) * width + x] = data[at] ?? 0;
          at += 1;
        }
      }
    }
  }
  return out;
}

function activate({ builder, file }: TfjsContext, x: string, kind: unknown): string {
  switch (kind ?? 'linear') {
    case 'linear':
      return x;
    case 'relu':
      return builder.relu(x);
    case 'sigmoid':
      return builder.sigmoid(x);
    case 'tanh':
      return builder.node('Tanh', [x]);
    case 'swish':
      return builder.swish(x);
    default:
      throw unknownModel(file, `the activation ${kind}`);
  }
}

/** Keras writes a pair, or one number for both: height, width. */
function pair(value: unknown, { file, name }: TfjsContext): [number, number] {
  const [height, width = height] = (Array.isArray(value) ? value : [value, value]).map(Number);
  for (const size of [height, width]) {
    if (!Number.isInteger(size) || Number(size) < 1 || Number(size) > 64) {
      throw brokenModel(file, `the layer "${name}" has a size of ${JSON.stringify(value)}`);
    }
  }
  return [Number(height), Number(width)];
}

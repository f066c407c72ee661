import { leastCommonMultiple } from '../../contract/numbers.ts';
import { GraphBuilder } from '../graph/builder.ts';
import type { Weights } from './weights.ts';

export interface ConvLayer {
  readonly stride?: number;
  /** Zero pixels on each side; left out: as many as keep the size at stride 1. */
  readonly pad?: number;
  readonly dilation?: number;
  readonly groups?: number;
  /** Which trained input channel each channel of the input is, or `UNREAD`; left out: its own. */
  readonly order?: readonly number[];
}

/** A channel that a convolution reads nothing of. */
export const UNREAD = -1;

/**
 * A network under construction: the builder of its graph, the weights of its checkpoint, and PyTorch's layers over
 * both, called by the name that the layer has in the checkpoint. Pictures are NCHW, tokens [batch, tokens, channels].
 */
export class Net {
  readonly builder: GraphBuilder;
  readonly weights: Weights;
  readonly #shared = new Map<string, string>();
  #alignment = 1;

  constructor(name: string, weights: Weights) {
    this.builder = new GraphBuilder(name);
    this.weights = weights;
  }

  /** Windows and strides lie on multiples of so many input pixels; a tile that begins there sees what the whole does. */
  get alignment(): number {
    return this.#alignment;
  }

  /** Says that something of the network lies on multiples of `pixels`. */
  align(pixels: number): void {
    this.#alignment = leastCommonMultiple(this.#alignment, pixels);
  }

  /** `torch.nn.Conv2d`; the bias is used where there is one. */
  conv(x: string, name: string, layer: ConvLayer = {}): string {
    const dims = this.weights.dims(`${name}.weight`, 4) as [number, number, number, number];
    const [out, inner, height, width] = dims;
    const { stride = 1, dilation = 1, groups = 1, order } = layer;
    const [vertical, horizontal] = [height, width].map(
      (size) => layer.pad ?? Math.floor(((size - 1) * dilation) / 2),
    ) as [number, number];
    const weight = this.weights.read(`${name}.weight`);
    return this.builder.conv(x, {
      weight: order ? reordered(weight, dims, order) : weight,
      dims: [out, order?.length ?? inner, height, width],
      strides: [stride, stride],
      dilations: [dilation, dilation],
      groups,
      pads: [vertical, horizontal, vertical, horizontal],
      ...(this.weights.has(`${name}.bias`) ? { bias: this.weights.read(`${name}.bias`, [out]) } : {}),
    });
  }

  /** `torch.nn.Conv2d` of every channel by itself. */
  depthwise(x: string, name: string, layer: ConvLayer = {}): string {
    return this.conv(x, name, { ...layer, groups: this.weights.size(`${name}.weight`, 0) });
  }

  /**
   * `torch.nn.ConvTranspose2d`.
   * @param pad what it takes away on each side @param channels the first so many of its output; left out: all
   */
  convTranspose(x: string, name: string, stride: number, pad = 0, channels = Infinity): string {
    const [inner, all, ...kernel] = this.weights.dims(`${name}.weight`, 4) as [
      number,
      number,
      number,
      number,
    ];
    const kept = Math.min(channels, all);
    const weight = columns(this.weights.read(`${name}.weight`), all * kernel[0] * kernel[1], kept / all);
    const dims = [inner, kept, ...kernel];
    const inputs = [x, this.builder.constant(weight, dims, 'weight')];
    if (this.weights.has(`${name}.bias`)) {
      const bias = this.weights.read(`${name}.bias`, [all]).subarray(0, kept);
      inputs.push(this.builder.constant(bias, [kept], 'bias'));
    }
    return this.builder.node('ConvTranspose', inputs, {
      strides: { ints: [stride, stride] },
      kernel_shape: { ints: dims.slice(2) },
      pads: { ints: [pad, pad, pad, pad] },
    });
  }

  /** `torch.nn.Linear` over the last axis. */
  linear(x: string, name: string): string {
    const [out = 0, input = 0] = this.weights.dims(`${name}.weight`, 2);
    const weight = transposed(this.weights.read(`${name}.weight`), out, input);
    const product = this.builder.matmul(x, this.builder.constant(weight, [input, out], 'weight'));
    return this.weights.has(`${name}.bias`)
      ? this.builder.add(product, this.vector(`${name}.bias`))
      : product;
  }

  /** `torch.nn.LayerNorm` over the last axis. */
  layerNorm(x: string, name: string, epsilon = 1e-5): string {
    const attributes = { axis: { int: -1 }, epsilon: { float: epsilon } };
    const inputs = [x, this.vector(`${name}.weight`), this.vector(`${name}.bias`)];
    return this.builder.node('LayerNormalization', inputs, attributes);
  }

  /** The same over the channels of a picture, each pixel for itself. */
  layerNorm2d(x: string, name: string, epsilon = 1e-6): string {
    const { builder } = this;
    const centred = builder.sub(x, builder.mean(x, [1]));
    const variance = builder.mean(builder.mul(centred, centred), [1]);
    const deviation = builder.node('Sqrt', [builder.add(variance, builder.scalar(epsilon))]);
    const normal = builder.node('Div', [centred, deviation]);
    const scaled = builder.mul(normal, this.perChannel(`${name}.weight`));
    return builder.add(scaled, this.perChannel(`${name}.bias`));
  }

  /** `torch.nn.BatchNorm2d` as it is when nothing is learnt: a factor and a shift a channel. */
  batchNorm(x: string, name: string, epsilon = 1e-5): string {
    const { factors, shifts } = this.normAsAffine(name, epsilon);
    const dims = [factors.length, 1, 1];
    const { builder } = this;
    return builder.add(builder.mul(x, builder.constant(factors, dims)), builder.constant(shifts, dims));
  }

  /** The factor and the shift of each channel that a `torch.nn.BatchNorm2d` comes to. */
  normAsAffine(name: string, epsilon = 1e-5): { factors: Float32Array; shifts: Float32Array } {
    this.weights.ignore(`${name}.num_batches_tracked`);
    const mean = this.weights.read(`${name}.running_mean`, [-1]);
    const variance = this.weights.read(`${name}.running_var`, [mean.length]);
    const factor = this.weights.read(`${name}.weight`, [mean.length]);
    const shift = this.weights.read(`${name}.bias`, [mean.length]);
    const factors = factor.map((value, index) => value / Math.sqrt((variance[index] ?? 0) + epsilon));
    const shifts = shift.map((value, index) => value - (mean[index] ?? 0) * (factors[index] ?? 0));
    return { factors, shifts };
  }

  /** `torch.nn.GroupNorm`: mean and variance of each group of channels over the whole picture. */
  groupNorm(x: string, name: string, groups: number, epsilon = 1e-5): string {
    const { builder } = this;
    const channels = this.weights.size(`${name}.weight`, 0);
    const [height, width] = [builder.sizeOf(x, 2), builder.sizeOf(x, 3)];
    const grouped = builder.reshape(x, [1, groups, -1]);
    const ones = builder.constant(new Float32Array(groups).fill(1), [groups], 'ones');
    const zeros = builder.constant(new Float32Array(groups), [groups], 'zeros');
    const normal = builder.node('InstanceNormalization', [grouped, ones, zeros], {
      epsilon: { float: epsilon },
    });
    const back = builder.reshape(normal, [1, channels, height, width]);
    const scaled = builder.mul(back, this.perChannel(`${name}.weight`));
    return builder.add(scaled, this.perChannel(`${name}.bias`));
  }

  /** `torch.nn.PReLU` with a slope a channel, or one for all. */
  prelu(x: string, name: string): string {
    const slope = this.weights.read(`${name}.weight`, [-1]);
    return slope.length === 1 ? this.builder.leakyRelu(x, slope[0] ?? 0) : this.builder.prelu(x, slope);
  }

  /**
   * `torch.nn.PixelUnshuffle`: every block x block pixels become channels, those of one channel side by side. As a
   * convolution that picks one pixel each, which keeps the shapes known.
   */
  pixelUnshuffle(x: string, channels: number, block: number): string {
    const each = block ** 2;
    const weight = new Float32Array(channels * each * each);
    for (let out = 0; out < channels * each; out += 1) weight[out * each + (out % each)] = 1;
    return this.builder.conv(x, {
      weight,
      dims: [channels * each, 1, block, block],
      strides: [block, block],
      groups: channels,
    });
  }

  /** Every pixel block x block times. */
  nearest(x: string, block: number): string {
    return block === 1
      ? x
      : this.builder.resize(x, block, block, { mode: 'nearest', coordinates: 'asymmetric' });
  }

  globalAverage(x: string): string {
    return this.builder.node('GlobalAveragePool', [x]);
  }

  /** A trained vector as it is stored. */
  vector(name: string): string {
    return this.builder.constant(this.weights.read(name), this.weights.dims(name), 'vector');
  }

  /** A trained vector as [channels, 1, 1], to meet a picture. */
  perChannel(name: string): string {
    const values = this.weights.read(name);
    return this.builder.constant(values, [values.length, 1, 1], 'channels');
  }

  /** A value that several layers share: made at the first call for `key`. */
  shared(key: string, make: () => string): string {
    const value = this.#shared.get(key) ?? make();
    this.#shared.set(key, value);
    return value;
  }

  /** An int64 constant that several layers look up with. */
  indices(key: string, dims: readonly number[], make: () => readonly number[]): string {
    return this.shared(key, () =>
      this.builder.tensor({ type: 'int64', dims, data: BigInt64Array.from(make(), BigInt) }, 'indices'),
    );
  }
}

/** The first part of each row of a matrix. @param part of the row's elements, 0..1 */
function columns(data: Float32Array, width: number, part: number): Float32Array {
  if (part === 1) return data;
  const kept = width * part;
  const out = new Float32Array((data.length / width) * kept);
  for (let at = 0; at < data.length; at += width) out.set(data.subarray(at, at + kept), (at / width) * kept);
  return out;
}

/** Kernels [out, in, height, width] with other input channels. */
function reordered(weight: Float32Array, dims: readonly number[], order: readonly number[]): Float32Array {
  const [out = 0, inner = 0, height = 0, width = 0] = dims;
  const size = height * width;
  const made = new Float32Array(out * order.length * size);
  for (let kernel = 0; kernel < out; kernel += 1) {
    order.forEach((channel, at) => {
      if (channel === UNREAD) return;
      const from = (kernel * inner + channel) * size;
      made.set(weight.subarray(from, from + size), (kernel * order.length + at) * size);
    });
  }
  return made;
}

/** A matrix [rows, columns] with its axes changed. */
export function transposed(data: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(data.length);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      out[column * rows + row] = data[row * columns + column] ?? 0;
    }
  }
  return out;
}

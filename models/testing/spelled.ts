import type { GraphBuilder } from '../graph/builder.ts';
import { randomFloats } from './random.ts';

/** The tanh form of GELU as a tracer writes it, factors in odd places. */
export function tanhGelu(builder: GraphBuilder, x: string): string {
  const cube = builder.mul(builder.scale(x, 0.044715), builder.mul(x, x));
  const inner = builder.scale(builder.add(x, cube), Math.sqrt(2 / Math.PI));
  const outer = builder.node('Add', [builder.scalar(1), builder.node('Tanh', [inner])]);
  return builder.mul(builder.scale(x, 0.5), outer);
}

/** A gating unit: a product over the channels cut in half, one half mixed over the pixels, in two kinds of groups. */
export function gate(builder: GraphBuilder, picture: string, channels: number, seed: number): string {
  const random = (dims: readonly number[], at: number) => {
    const count = dims.reduce((a, b) => a * b, 1);
    return builder.constant(randomFloats(count, seed + at, -0.4, 0.4), dims);
  };
  const nhwc = builder.transpose(picture, [0, 2, 3, 1]);
  const norm = builder.node('LayerNormalization', [nhwc, random([channels], 1), random([channels], 2)], {
    axis: { int: -1 },
  });
  const wide = builder.add(builder.matmul(norm, random([channels, 8], 3)), random([1, 1, 1, 8], 4));
  const active = tanhGelu(builder, wide);
  const [left = '', right = ''] = [0, 4].map((from) => {
    const ends = builder.concat(
      [builder.sizeOf(nhwc, 0), builder.sizeOf(nhwc, 1), builder.sizeOf(nhwc, 2)].map(({ value }) => value),
      0,
    );
    const all = builder.concat([ends, builder.ints([from + 4])], 0);
    const starts = builder.ints([0, 0, 0, from]);
    return builder.node('Slice', [active, starts, all, builder.ints([0, 1, 2, 3])]);
  });
  const mixed = (
    [
      [
        [1, -1, 4, 4],
        [0, 1, 3, 2],
      ],
      [
        [1, 4, -1, 4],
        [0, 3, 2, 1],
      ],
    ] as const
  ).reduce((value, [groups, perm], at) => {
    const turned = builder.transpose(builder.reshape(value, groups), perm);
    const product = builder.add(builder.matmul(turned, random([4, 4], 5 + at)), random([4], 7 + at));
    return builder.node('Reshape', [builder.transpose(product, perm), builder.node('Shape', [value])]);
  }, right);
  const out = builder.matmul(builder.mul(left, mixed), random([4, channels], 9));
  return builder.add(picture, builder.transpose(out, [0, 3, 1, 2]));
}

/** Leaky ReLU and sigmoid in parts. */
export function spelled(builder: GraphBuilder, x: string): string {
  const positive = builder.node('GreaterOrEqual', [x, builder.scalar(0)]);
  const leaky = builder.node('Where', [positive, x, builder.scale(x, 0.3)]);
  const below = builder.node('Add', [builder.node('Exp', [builder.node('Neg', [leaky])]), builder.scalar(1)]);
  return builder.mul(leaky, builder.node('Reciprocal', [below]));
}

/** An enlargement with a product over the channels behind it. */
export function enlarge(builder: GraphBuilder, x: string, channels: number, seed: number): string {
  const wide = builder.resize(builder.transpose(builder.transpose(x, [0, 2, 3, 1]), [0, 3, 1, 2]), 2, 2, {
    mode: 'linear',
    coordinates: 'half_pixel',
  });
  const weight = builder.constant(randomFloats(channels ** 2, seed, -0.4, 0.4), [channels, channels]);
  const made = builder.transpose(builder.matmul(builder.transpose(wide, [0, 2, 3, 1]), weight), [0, 3, 1, 2]);
  return builder.node('AveragePool', [made], { kernel_shape: { ints: [2, 2] }, strides: { ints: [2, 2] } });
}

/** PixelShuffle as a tracer writes it, and the pixels back together. */
export function shuffle(builder: GraphBuilder, x: string, channels: number, order: 'CRD' | 'DCR'): string {
  const [height, width] = [builder.sizeOf(x, 2), builder.sizeOf(x, 3)];
  // Four copies alike would be an enlargement.
  const wide = builder.concat([x, builder.scale(x, 0.5), x, builder.relu(x)]);
  const crd = order === 'CRD';
  const split = builder.reshape(wide, [1, ...(crd ? [channels, 2, 2] : [2, 2, channels]), height, width]);
  const turned = builder.transpose(split, crd ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2]);
  const [tall, broad] = [builder.sized('Mul', height, 2), builder.sized('Mul', width, 2)];
  const large = builder.reshape(turned, [1, channels, tall, broad]);
  return builder.node('AveragePool', [large], { kernel_shape: { ints: [2, 2] }, strides: { ints: [2, 2] } });
}

/** PyTorch's LayerNorm over the channels of a picture. */
export function norm(builder: GraphBuilder, x: string, channels: number, seed: number): string {
  const vector = (at: number) => builder.constant(randomFloats(channels, at), [channels, 1, 1]);
  const centred = builder.sub(x, builder.mean(x, [1]));
  const variance = builder.mean(builder.mul(centred, centred), [1]);
  const root = builder.node('Sqrt', [builder.add(variance, builder.scalar(1e-5))]);
  const normal = builder.node('Div', [centred, root]);
  return builder.add(builder.mul(normal, vector(seed)), vector(seed + 1));
}

/** JAX's LayerNorm over the last axis of NHWC. */
export function lastNorm(builder: GraphBuilder, picture: string, channels: number, seed: number): string {
  const x = builder.transpose(picture, [0, 2, 3, 1]);
  const vector = (at: number) => builder.constant(randomFloats(channels, at), [1, 1, 1, channels]);
  const mean = (value: string) => {
    const sum = builder.node('ReduceSum', [value, builder.ints([-1])], { keepdims: { int: 0 } });
    return builder.scale(sum, 1 / channels);
  };
  const kept = (value: string) => builder.node('Unsqueeze', [value, builder.ints([3])]);
  const average = mean(x);
  const variance = builder.sub(mean(builder.mul(x, x)), builder.mul(average, average));
  const safe = kept(builder.node('Max', [builder.scalar(0), variance]));
  const root = builder.node('Sqrt', [builder.add(safe, builder.scalar(1e-5))]);
  const factor = builder.mul(builder.node('Reciprocal', [root]), vector(seed));
  const normal = builder.add(builder.mul(builder.sub(x, kept(average)), factor), vector(seed + 1));
  return builder.transpose(normal, [0, 3, 1, 2]);
}

import type { GraphBuilder } from '../graph/builder.ts';
import { conv, convTranspose, type Layers, linear, sumOf } from '../graph/gradient/layers.ts';
import { type TrainingStep, trainingStep } from '../graph/gradient/training-step.ts';
import type { Weights } from '../graph/gradient/weights.ts';

/** Shape of a variational autoencoder (Kingma and Welling 2014) of small square pictures. */
export interface VaeShape {
  /** Pixels of a side: a power of two from 16 on. */
  readonly size: number;
  /** Numbers that a picture becomes. */
  readonly latent: number;
  /** Channels of the first, largest level; each of the next has twice as many. */
  readonly width: number;
}

const HALVE = { kernel: 4, stride: 2, pad: 1 };
/** Pixels of a side of the smallest level. */
const DEEPEST = 4;
/** Beyond these a variance is as good as none, or as good as all; they keep exp within floats. */
const LOG_VARIANCE = 8;

/** Channels of each level, the picture's own first. */
const levels = ({ size, width }: VaeShape) => [
  3,
  ...Array.from({ length: Math.log2(size / DEEPEST) }, (_, level) => width * 2 ** level),
];

/** x [batch, 3, size, size], 0..1 -> the mean and the logarithm of the variance, [batch, latent] each. */
export function encoder(b: GraphBuilder, weights: Weights, shape: VaeShape, x: string) {
  const layers: Layers = { b, weights };
  const channels = levels(shape);
  let seen = x;
  for (let level = 1; level < channels.length; level += 1) {
    const [from = 3, to = 3] = channels.slice(level - 1);
    seen = b.swish(conv(layers, `encode.${level}`, seen, from, to, HALVE));
  }
  const flat = (channels.at(-1) ?? 1) * DEEPEST ** 2;
  seen = b.reshape(seen, [-1, flat]);
  const logVariance = linear(layers, 'encode.variance', seen, flat, shape.latent);
  return {
    mean: linear(layers, 'encode.mean', seen, flat, shape.latent),
    logVariance: b.node('Clip', [logVariance, b.scalar(-LOG_VARIANCE), b.scalar(LOG_VARIANCE)]),
  };
}

/** z [batch, latent] -> a picture, [batch, 3, size, size], 0..1. */
export function decoder(b: GraphBuilder, weights: Weights, shape: VaeShape, z: string): string {
  const layers: Layers = { b, weights };
  const channels = levels(shape).reverse();
  const deepest = channels[0] ?? 1;
  const first = linear(layers, 'decode.first', z, shape.latent, deepest * DEEPEST ** 2);
  let drawn = b.reshape(b.swish(first), [-1, deepest, DEEPEST, DEEPEST]);
  for (let level = 1; level < channels.length; level += 1) {
    const [from = 3, to = 3] = channels.slice(level - 1);
    const up = convTranspose(layers, `decode.${level}`, drawn, from, to, HALVE);
    drawn = level < channels.length - 1 ? b.swish(up) : b.sigmoid(up);
  }
  return drawn;
}

/**
 * A step on `x` [batch, 3, size, size] with the noise `eps` [batch, latent]: squares of what the picture misses, plus
 * how far its numbers are from a normal spread, a batch's mean of both.
 * @param batch pictures a step @param weight of the second part (1: the bound itself; less: sharper, and less smooth between)
 */
export function vaeStep(shape: VaeShape, batch: number, weight = 1): TrainingStep {
  return trainingStep(
    'vae',
    (b, weights) => {
      const x = b.extraInput('x', [batch, 3, shape.size, shape.size]);
      const eps = b.extraInput('eps', [batch, shape.latent]);
      const { mean, logVariance } = encoder(b, weights, shape, x);
      const z = b.add(mean, b.mul(b.node('Exp', [b.scale(logVariance, 0.5)]), eps));
      const missed = b.sub(decoder(b, weights, shape, z), x);
      const squares = b.scale(sumOf(b, b.mul(missed, missed)), 1 / batch);
      const spread = b.sub(
        b.add(b.mul(mean, mean), b.node('Exp', [logVariance])),
        b.add(logVariance, b.scalar(1)),
      );
      const distance = b.scale(sumOf(b, spread), 0.5 / batch);
      return { loss: b.add(squares, b.scale(distance, weight)), outputs: { squares, distance } };
    },
    { clip: 500 },
  );
}

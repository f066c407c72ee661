import type { GraphBuilder } from '../graph/builder.ts';
import { gradientsOf } from '../graph/gradient/gradients.ts';
import { conv, type Layers, linear, meanOf, sumOf } from '../graph/gradient/layers.ts';
import { type TrainingStep, trainingStep } from '../graph/gradient/training-step.ts';
import { FlatWeights, type Weight, type Weights } from '../graph/gradient/weights.ts';

/** Shape of a generator and its judge (Goodfellow et al. 2014) of square pictures. */
export interface PatternShape {
  /** Pixels of a side: a power of two from 16 on. */
  readonly size: number;
  /** Numbers that a picture is made of. */
  readonly latent: number;
  /** Channels of the largest level; each smaller one has twice as many, up to eight times. */
  readonly width: number;
}

const DEEPEST = 4;
const SLOPE = 0.2;
const HALVE = { kernel: 4, stride: 2, pad: 1 };

/** Channels of each level, the largest first. */
function levels({ size, width }: PatternShape): number[] {
  return Array.from({ length: Math.log2(size / DEEPEST) + 1 }, (_, level) => width * Math.min(8, 2 ** level));
}

/** z [batch, latent], normal -> a picture [batch, 3, size, size], -1..1. */
export function generator(b: GraphBuilder, weights: Weights, shape: PatternShape, z: string): string {
  const layers: Layers = { b, weights };
  const channels = levels(shape).reverse();
  const deepest = channels[0] ?? 1;
  // What z is long by says nothing.
  const square = b.mean(b.mul(z, z), [1]);
  const normal = b.node('Div', [z, b.node('Sqrt', [b.add(square, b.scalar(1e-8))])]);
  const first = linear(layers, 'first', normal, shape.latent, deepest * DEEPEST ** 2);
  let drawn = b.reshape(b.leakyRelu(first, SLOPE), [-1, deepest, DEEPEST, DEEPEST]);
  for (let level = 1; level < channels.length; level += 1) {
    const [from = 1, to = 1] = channels.slice(level - 1);
    const larger = b.resize(drawn, 2, 2, { mode: 'nearest', coordinates: 'asymmetric' });
    drawn = pixelNorm(b, b.leakyRelu(conv(layers, `up.${level}`, larger, from, to, { kernel: 3 }), SLOPE));
  }
  return b.node('Tanh', [conv(layers, 'last', drawn, channels.at(-1) ?? 1, 3, { kernel: 3 })]);
}

/** Each pixel's channels to a length of one in the mean (Karras et al. 2018): nothing grows without end. */
function pixelNorm(b: GraphBuilder, x: string): string {
  const square = b.mean(b.mul(x, x), [1]);
  return b.node('Div', [x, b.node('Sqrt', [b.add(square, b.scalar(1e-8))])]);
}

/** A picture [batch, 3, size, size], -1..1 -> how real it looks, [batch, 1]. */
function judge(b: GraphBuilder, weights: Weights, shape: PatternShape, x: string, batch: number): string {
  const layers: Layers = { b, weights };
  const channels = levels(shape);
  let seen = b.leakyRelu(conv(layers, 'first', x, 3, channels[0] ?? 1, { kernel: 3 }), SLOPE);
  for (let level = 1; level < channels.length; level += 1) {
    const [from = 1, to = 1] = channels.slice(level - 1);
    seen = b.leakyRelu(conv(layers, `down.${level}`, seen, from, to, HALVE), SLOPE);
  }
  const deepest = channels.at(-1) ?? 1;
  // How much the pictures of a batch differ tells a generator that makes all of them alike.
  const centred = b.sub(seen, b.mean(seen, [0]));
  const spread = b.node('Sqrt', [b.add(b.mean(b.mul(centred, centred), [0]), b.scalar(1e-8))]);
  const differs = b.expand(b.mean(spread, [1, 2, 3]), [batch, 1, DEEPEST, DEEPEST]);
  const all = b.concat([seen, differs]);
  const mixed = b.leakyRelu(conv(layers, 'mix', all, deepest + 1, deepest, { kernel: 3 }), SLOPE);
  return linear(layers, 'last', b.reshape(mixed, [batch, deepest * DEEPEST ** 2]), deepest * DEEPEST ** 2, 1);
}

/** Adam without memory of the way: two networks that chase each other turn too often for it. */
export const CHASING = { beta1: 0, beta2: 0.99, epsilon: 1e-8 };

/** The generator's step: `z` [batch, latent] against the judge's weights, given as `judge`. */
export function generatorStep(shape: PatternShape, batch: number, judged: readonly Weight[]): TrainingStep {
  return trainingStep(
    'generator',
    (b, weights) => {
      const z = b.extraInput('z', [batch, shape.latent]);
      const eyes = new FlatWeights(b, 'judge', judged);
      const score = judge(b, eyes, shape, generator(b, weights, shape, z), batch);
      eyes.declare();
      return { loss: meanOf(b, b.node('Softplus', [b.node('Neg', [score])])) };
    },
    { optimiser: CHASING, average: 0.999 },
  );
}

/**
 * The judge's step: `real` [batch, 3, size, size] and `fake` of the same sizes, which is what the generator made. Its
 * slope at real pictures is held flat (R1; Mescheder et al. 2018): without it the two never come to rest.
 * @param weight of that
 */
export function judgeStep(shape: PatternShape, batch: number, weight: number): TrainingStep {
  return trainingStep(
    'judge',
    (b, weights) => {
      const dims = [batch, 3, shape.size, shape.size];
      const real = b.extraInput('real', dims);
      const fake = b.extraInput('fake', dims);
      const ofReal = judge(b, weights, shape, real, batch);
      const ofFake = judge(b, weights, shape, fake, batch);
      const right = b.add(
        meanOf(b, b.node('Softplus', [b.node('Neg', [ofReal])])),
        meanOf(b, b.node('Softplus', [ofFake])),
      );
      weights.declare();
      const [slope = ''] = gradientsOf(b, sumOf(b, ofReal), [real]);
      const steep = b.scale(sumOf(b, b.mul(slope, slope)), 1 / batch);
      return {
        loss: b.add(right, b.scale(steep, weight / 2)),
        outputs: { right, steep, ofReal: meanOf(b, ofReal), ofFake: meanOf(b, ofFake) },
      };
    },
    { optimiser: CHASING },
  );
}

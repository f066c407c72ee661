import type { LearnStep } from '../../../../contract/learn-step.ts';
import { GraphBuilder } from '../../../../models/graph/builder.ts';
import { rateAt, ratesOf } from '../../../../models/graph/gradient/training-step.ts';
import { FlatWeights, startVector, type Weights } from '../../../../models/graph/gradient/weights.ts';
import type { Graph } from '../../../../models/graph/graph.ts';
import {
  putTime,
  type TextureShape,
  TIME,
  textureStep,
  textureUnet,
} from '../../../../models/learning/texture-unet.ts';
import type { Lesson } from '../../learning/lesson.ts';
import type { Given } from '../../learning/open-graph.ts';
import { normals, type PictureSet, sheetOf } from '../../learning/picture-set.ts';
import type { Trainer } from '../../learning/trainer.ts';
import { Random } from '../../random.ts';
import { drawWith } from './draw-diffusion.ts';
import { NOISE_STEPS, noiseAt, signalAt } from './noise-levels.ts';

/** Pictures a step. */
const BATCH = 16;
const PEAK = 1e-3;
/** Pictures of the sketch, and calls of the sampler for it. */
export const DRAWN = 16;
const SKETCH_STEPS = 12;
/** Steps of noise at which the loss is told on what is held out. */
export const LEVELS = [50, 250, 500, 750, 950];

/** Learns to take noise away from pictures of one kind, which is how it makes new ones. */
export function textureLesson({ seed }: LearnStep, pictures: PictureSet): Lesson {
  const shape = textureShapeOf(pictures.size);
  const held = heldOutOf(pictures.count);
  const below = pictures.count - held;
  const step = textureStep(shape, BATCH);
  const random = new Random(seed, 0);
  return {
    subject: JSON.stringify(['diffusion', shape]),
    pupils: { unet: { step, start: startVector(step.layout, () => random.unit()) } },
    lookers: { predict: predictGraph(shape, DRAWN, (b) => new FlatWeights(b, 'parameters')) },
    usualSteps: 4000,
    async step(trainer, { step: number, done }) {
      const clean = pictures.drawn(seed, 3 * number, BATCH, { below, mirrors: true, low: -1, high: 1 });
      // Numbers of their own: a picture's level must not hang on which one it is.
      const draw = new Random(seed, 3 * number + 1);
      const levels = Array.from({ length: BATCH }, () => draw.below(NOISE_STEPS));
      const { loss } = await trainer.step(
        'unet',
        ratesOf(number, rateAt(number, done, PEAK)),
        noisy(clean, normals(seed, 3 * number + 2, clean.dims), levels),
      );
      return loss!;
    },
    ...(held > 0 && { heldOut: async (trainer) => mean(await lossesAt(trainer, pictures, seed)) }),
    async sketch(trainer) {
      const drawn = await drawWith(predictor(trainer), {
        ...{ size: shape.size, batch: DRAWN, steps: SKETCH_STEPS, seed },
      });
      return sheetOf(drawn, shape.size, 4, { low: -1, high: 1 });
    },
  };
}

export function textureShapeOf(size: number): TextureShape {
  return { size, widths: size >= 64 ? [24, 48, 96] : [32, 64, 96] };
}

/** The last pictures, from which nothing is learnt: a twentieth of enough, none of few. */
export function heldOutOf(count: number): number {
  return count >= 40 ? Math.min(64, Math.max(DRAWN, Math.floor(count / 20))) : 0;
}

/** What the moving average of the weights foretells. */
function predictor(trainer: Trainer) {
  return async (x: Given, time: Given) =>
    (await trainer.look('predict', { x, time }, { parameters: 'unet/average' })).output!;
}

/**
 * Mean squares of what is foretold wrongly at each of LEVELS, on what is held out, with the same noise each time.
 * @returns one a level, of v
 */
export async function lossesAt(trainer: Trainer, pictures: PictureSet, seed: number): Promise<number[]> {
  const held = heldOutOf(pictures.count);
  const indices = Array.from({ length: DRAWN }, (_, at) => pictures.count - 1 - (at % Math.max(1, held)));
  const clean = pictures.batch(indices, { low: -1, high: 1 });
  const losses: number[] = [];
  for (const level of LEVELS) {
    const given = noisy(
      clean,
      normals(seed ^ 0x9e37, level, clean.dims),
      indices.map(() => level),
    );
    const made = await predictor(trainer)(given.x, given.time);
    let sum = 0;
    for (const [at, value] of given.wanted.floats.entries()) sum += (value - made[at]!) ** 2;
    losses.push(sum / made.length);
  }
  return losses;
}

/** Pictures under noise, each at its own level, and what is to be foretold of them. */
function noisy(
  clean: Given,
  noise: Given,
  levels: readonly number[],
): Record<'x' | 'time' | 'wanted', Given> {
  const each = clean.floats.length / levels.length;
  const x = new Float32Array(clean.floats.length);
  const wanted = new Float32Array(clean.floats.length);
  const time = new Float32Array(levels.length * TIME);
  for (const [picture, level] of levels.entries()) {
    const [signal, share] = [signalAt(level), noiseAt(level)];
    putTime(level, time, picture * TIME);
    for (let at = picture * each; at < (picture + 1) * each; at++) {
      x[at] = signal * clean.floats[at]! + share * noise.floats[at]!;
      wanted[at] = signal * noise.floats[at]! - share * clean.floats[at]!;
    }
  }
  return {
    x: { floats: x, dims: clean.dims },
    wanted: { floats: wanted, dims: clean.dims },
    time: { floats: time, dims: [levels.length, TIME] },
  };
}

/** `x` [batch, 3, size, size] and `time` [batch, TIME] -> `output`, with weights of the graph's own or fed to it. */
export function predictGraph(
  shape: TextureShape,
  batch: number,
  weightsOf: (b: GraphBuilder) => Weights,
): Graph {
  const b = new GraphBuilder('texture-predict');
  const dims = [batch, 3, shape.size, shape.size];
  const weights = weightsOf(b);
  const x = b.extraInput('x', dims);
  const made = textureUnet(b, weights, shape, x, b.extraInput('time', [batch, TIME]), batch);
  weights.declare();
  b.extraOutput(made, 'output', dims);
  return b.graph;
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

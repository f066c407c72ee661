import type { LearnStep } from '../../../../contract/learn-step.ts';
import { GraphBuilder } from '../../../../models/graph/builder.ts';
import { ratesOf } from '../../../../models/graph/gradient/training-step.ts';
import {
  FlatWeights,
  startVector,
  type Weight,
  type Weights,
} from '../../../../models/graph/gradient/weights.ts';
import type { Graph } from '../../../../models/graph/graph.ts';
import {
  CHASING,
  generator,
  generatorStep,
  judgeStep,
  type PatternShape,
} from '../../../../models/learning/pattern-gan.ts';
import type { Lesson } from '../../learning/lesson.ts';
import { normals, type PictureSet, sheetOf } from '../../learning/picture-set.ts';
import type { Trainer } from '../../learning/trainer.ts';
import { Random } from '../../random.ts';

/** Pictures a step. */
const PATTERNS = 32;
const RATE = 1e-3;
/** How flat the judge is held at real pictures. */
const FLAT = 5;
const SHOWN = 32;

export function patternShapeOf(size: number): PatternShape {
  return { size, latent: 64, width: size >= 64 ? 16 : 24 };
}

/** Learns patterns: a generator against a judge that tells its pictures from real ones. */
export function patternLesson({ seed }: LearnStep, pictures: PictureSet): Lesson {
  const shape = patternShapeOf(pictures.size);
  const judging = judgeStep(shape, PATTERNS, FLAT);
  const making = generatorStep(shape, PATTERNS, judging.layout);
  const random = new Random(seed, 0);
  const start = (layout: readonly Weight[]) => startVector(layout, () => random.unit());
  return {
    subject: JSON.stringify(['gan', shape]),
    pupils: {
      generator: { step: making, start: start(making.layout) },
      judge: { step: judging, start: start(judging.layout) },
    },
    lookers: { make: makeGraph(shape, PATTERNS, (b) => new FlatWeights(b, 'parameters')) },
    usualSteps: 4000,
    async step(trainer, { step: number }) {
      const z = normals(seed, 3 * number, [PATTERNS, shape.latent]);
      const { output } = await trainer.look('make', { z }, { parameters: 'generator/parameters' });
      const real = pictures.drawn(seed, 3 * number + 1, PATTERNS, { mirrors: true, low: -1, high: 1 });
      const rates = ratesOf(number, RATE, CHASING);
      await trainer.step('judge', rates, { real, fake: { floats: output!, dims: real.dims } });
      const { loss } = await trainer.step(
        'generator',
        rates,
        { z: normals(seed, 3 * number + 2, [PATTERNS, shape.latent]) },
        { judge: 'judge/parameters' },
      );
      return loss!;
    },
    async sketch(trainer) {
      return sheetOf(await patterns(trainer, shape, seed), shape.size, SHOWN / 4, { low: -1, high: 1 });
    },
  };
}

/** Pictures of the moving average, [PATTERNS, 3, size, size], -1..1. */
export async function patterns(trainer: Trainer, shape: PatternShape, seed: number): Promise<Float32Array> {
  const z = normals(seed, 1, [PATTERNS, shape.latent]);
  return (await trainer.look('make', { z }, { parameters: 'generator/average' })).output!;
}

/** `z` [count, latent] -> `output` [count, 3, size, size], -1..1. */
export function makeGraph(
  shape: PatternShape,
  count: number,
  weightsOf: (b: GraphBuilder) => Weights,
): Graph {
  const b = new GraphBuilder('pattern-make');
  const weights = weightsOf(b);
  const made = generator(b, weights, shape, b.extraInput('z', [count, shape.latent]));
  weights.declare();
  b.extraOutput(made, 'output', [count, 3, shape.size, shape.size]);
  return b.graph;
}

import type { LearnStep } from '../../../../contract/learn-step.ts';
import { rateAt, ratesOf } from '../../../../models/graph/gradient/training-step.ts';
import { FlatWeights, startVector } from '../../../../models/graph/gradient/weights.ts';
import { type VaeShape, vaeStep } from '../../../../models/learning/vae.ts';
import type { Lesson } from '../../learning/lesson.ts';
import { normals, type PictureSet, sheetOf } from '../../learning/picture-set.ts';
import { Random } from '../../random.ts';
import { throughGraph } from './vae-graphs.ts';

/** Pictures a step. */
const BATCH = 64;
const PEAK = 1e-3;
/** Less than the bound itself: sharper pictures, at the cost of a space that is less even. */
const WEIGHT = 0.5;
/** The sketch: pictures above, what becomes of them below. */
export const SHOWN = 8;

export function vaeShapeOf(size: number): VaeShape {
  return { size, latent: 64, width: size >= 64 ? 24 : 32 };
}

/** Learns the numbers that pictures are made of. */
export function vaeLesson({ seed }: LearnStep, pictures: PictureSet): Lesson {
  const shape = vaeShapeOf(pictures.size);
  // What is held out tells when learning begins to be learning by heart.
  const held = pictures.count >= 200 ? Math.min(128, Math.floor(pictures.count / 20)) : 0;
  const below = pictures.count - held;
  const step = vaeStep(shape, BATCH, WEIGHT);
  const random = new Random(seed, 0);
  const shown = Array.from({ length: SHOWN }, (_, at) => Math.floor((at * pictures.count) / SHOWN));
  const each = shape.size * shape.size * 3;
  const through = async (trainer: Parameters<Lesson['step']>[0], batch: ReturnType<PictureSet['batch']>) =>
    (await trainer.look('through', { x: batch }, { parameters: 'vae/parameters' })).output!;
  return {
    subject: JSON.stringify(['vae', shape, WEIGHT]),
    pupils: { vae: { step, start: startVector(step.layout, () => random.unit()) } },
    lookers: { through: throughGraph(shape, SHOWN, (b) => new FlatWeights(b, 'parameters')) },
    usualSteps: 4000,
    async step(trainer, { step: number, done }) {
      const { loss } = await trainer.step('vae', ratesOf(number, rateAt(number, done, PEAK)), {
        x: pictures.drawn(seed, 2 * number, BATCH, { below }),
        eps: normals(seed, 2 * number + 1, [BATCH, shape.latent]),
      });
      return loss! / each;
    },
    ...(held > 0 && {
      async heldOut(trainer) {
        let missed = 0;
        for (let from = 0; from + SHOWN <= held; from += SHOWN) {
          const batch = pictures.batch(Array.from({ length: SHOWN }, (_, at) => below + from + at));
          const made = await through(trainer, batch);
          for (const [at, value] of batch.floats.entries()) missed += (value - made[at]!) ** 2;
        }
        return missed;
      },
    }),
    async sketch(trainer) {
      const batch = pictures.batch(shown);
      const made = await through(trainer, batch);
      const both = new Float32Array(2 * made.length);
      both.set(batch.floats);
      both.set(made, made.length);
      return sheetOf(both, shape.size, SHOWN);
    },
  };
}

import type { LearnStep } from '../../../../../contract/learn-step.ts';
import { GraphBuilder } from '../../../../../models/graph/builder.ts';
import { rateAt, ratesOf } from '../../../../../models/graph/gradient/training-step.ts';
import { FlatWeights, startVector } from '../../../../../models/graph/gradient/weights.ts';
import { FIELD_ADAM, type FieldShape, fieldStep, fieldView } from '../../../../../models/learning/field.ts';
import type { Lesson } from '../../../learning/lesson.ts';
import type { Trainer } from '../../../learning/trainer.ts';
import { Random } from '../../../random.ts';
import { type Cube, inCube } from './camera.ts';
import { drawnRays, renderView, type SeenView, splitViews, type Views } from './views.ts';

/** Rays of a step and of a run. */
export const RAYS = 1024;
const PEAK = 0.1;
/** The rate rises to its peak in so many steps. */
const WARM = 20;
/** Runs of rays through what is held out, always the same, that are looked at while it learns. */
const LOOKS = 2;
/** The sketch has so many times fewer pixels a side: it must not take the time that learning has. */
const COARSER = 2;

/** Knots by pixels of a side: what the views can tell of, and what a processor has the time for. */
const KNOTS: Readonly<Record<number, number>> = { 32: 32, 64: 48, 128: 80 };

export function fieldShapeOf(size: number): FieldShape {
  return { knots: KNOTS[size] ?? 48 };
}

/** As many samples as knots: they lie nearer than these along any ray but the diagonals. */
export const samplesOf = ({ knots }: FieldShape): number => knots;

/** What a camera of the scene sees by what has been learnt so far. @param side pixels */
export function lookThrough(
  trainer: Trainer,
  views: Views,
  cube: Cube,
  at: number,
  side = views.size,
): Promise<SeenView> {
  const shape = fieldShapeOf(views.size);
  const count = { rays: RAYS, samples: samplesOf(shape) };
  return renderView(inCube(views.cameras[at]!, cube), side, count, (given) =>
    trainer.look('view', given, { parameters: 'field/parameters' }),
  );
}

/** Learns what lies where in a cube, from views of it. */
export function nerfLesson({ seed }: LearnStep, views: Views, cube: Cube): Lesson {
  const shape = fieldShapeOf(views.size);
  const count = { rays: RAYS, samples: samplesOf(shape) };
  const step = fieldStep(shape, count);
  const { learnt, held } = splitViews(views.cameras.length);
  const random = new Random(seed, 0);
  const shown = held[0] ?? 0;
  return {
    subject: JSON.stringify(['nerf', shape, views.size]),
    pupils: { field: { step, start: startVector(step.layout, () => random.unit()) } },
    lookers: { view: viewGraph(shape) },
    usualSteps: 1200,
    async step(trainer, { step: number, done }) {
      const rates = ratesOf(number, rateAt(number, done, PEAK, WARM), FIELD_ADAM);
      const { square } = await trainer.step(
        'field',
        rates,
        drawnRays(views, cube, learnt, { seed, step: number, ...count }),
      );
      return square!;
    },
    ...(held.length > 0 && {
      async heldOut(trainer) {
        let missed = 0;
        for (let look = 0; look < LOOKS; look++) {
          // Numbers that no step has.
          const drawn = drawnRays(views, cube, held, { seed, step: -1 - look, ...count });
          const { target, ...given } = drawn;
          const { colour } = await trainer.look('view', given, { parameters: 'field/parameters' });
          for (const [at, value] of target!.floats.entries()) missed += (colour![at]! - value) ** 2;
        }
        return missed;
      },
    }),
    async sketch(trainer) {
      const { size, pictures } = views;
      const side = size / COARSER;
      const { colour } = await lookThrough(trainer, views, cube, shown, side);
      const data = new Uint8Array(6 * size * size);
      // The picture, and beside it what is made of it.
      for (let y = 0; y < size; y++) {
        const row = 6 * y * size;
        data.set(pictures[shown]!.subarray(3 * y * size, 3 * (y + 1) * size), row);
        for (let x = 0; x < size; x++) {
          const from = 3 * (Math.floor(y / COARSER) * side + Math.floor(x / COARSER));
          for (let c = 0; c < 3; c++)
            data[row + 3 * (size + x) + c] = Math.min(255, Math.max(0, Math.round(255 * colour[from + c]!)));
        }
      }
      return { width: 2 * size, height: size, data };
    },
  };
}

function viewGraph(shape: FieldShape) {
  const b = new GraphBuilder('field-view');
  const weights = new FlatWeights(b, 'parameters');
  const graph = fieldView(b, weights, shape, { rays: RAYS, samples: samplesOf(shape) });
  weights.declare();
  return graph;
}

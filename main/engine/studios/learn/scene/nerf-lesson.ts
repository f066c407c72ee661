import type { LearnStep } from '../../../../../contract/learn-step.ts';
import { GraphBuilder } from '../../../../../models/graph/builder.ts';
import { rateAt, ratesOf } from '../../../../../models/graph/gradient/training-step.ts';
import { FlatWeights, startVector } from '../../../../../models/graph/gradient/weights.ts';
import { FIELD_ADAM, type FieldShape, fieldStep, fieldView } from '../../../../../models/learning/field.ts';
import type { Lesson } from '../../../learning/lesson.ts';
import type { Trainer } from '../../../learning/trainer.ts';
import { Random } from '../../../random.ts';
import { type Cube, inCube } from './camera.ts';
import { drawnRays, renderView, type SeenView, splitViews, squareOf, type Views } from './views.ts';

/** Rays of a step and of a run. */
export const RAYS = 1024;
const PEAK = 0.1;
/** The rate rises to its peak in so many steps. */
const WARM = 20;
/** Views that are looked at while it learns, of those that are held out. */
const LOOKED_AT = 2;

/** Knots by pixels of a side: what the views can tell of, and what a processor has the time for. */
const KNOTS: Readonly<Record<number, number>> = { 32: 32, 64: 48, 128: 80 };

export function fieldShapeOf(size: number): FieldShape {
  return { knots: KNOTS[size] ?? 48 };
}

/** As many samples as knots: they lie nearer than these along any ray but the diagonals. */
export const samplesOf = ({ knots }: FieldShape): number => knots;

/** What a camera of the scene sees by what has been learnt so far. */
export function lookThrough(trainer: Trainer, views: Views, cube: Cube, at: number): Promise<SeenView> {
  const shape = fieldShapeOf(views.size);
  const count = { rays: RAYS, samples: samplesOf(shape) };
  return renderView(inCube(views.cameras[at]!, cube), views.size, count, (given) =>
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
  const looked = held.slice(0, LOOKED_AT);
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
    ...(looked.length > 0 && {
      async heldOut(trainer) {
        let missed = 0;
        for (const at of looked)
          missed += squareOf((await lookThrough(trainer, views, cube, at)).colour, views.pictures[at]!);
        return missed;
      },
    }),
    async sketch(trainer) {
      const { colour } = await lookThrough(trainer, views, cube, shown);
      const { size, pictures } = views;
      const data = new Uint8Array(6 * size * size);
      // The picture, and beside it what is made of it.
      for (let row = 0; row < size; row++) {
        const from = 3 * row * size;
        data.set(pictures[shown]!.subarray(from, from + 3 * size), 2 * from);
        for (let at = 0; at < 3 * size; at++)
          data[2 * from + 3 * size + at] = Math.min(255, Math.max(0, Math.round(255 * colour[from + at]!)));
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

import { z } from 'zod';
import { GraphBuilder } from '../../../../../models/graph/builder.ts';
import { type FieldShape, fieldView } from '../../../../../models/learning/field.ts';
import { cpuThreads } from '../../../inference/devices.ts';
import { type OpenGraph, withGraph } from '../../../learning/open-graph.ts';
import { withKeptGraph } from '../kept-graph.ts';
import { learntWeights, type UseContext, type UseJob } from '../learn-use.ts';
import type { Camera } from './camera.ts';
import { RAYS, samplesOf } from './nerf-lesson.ts';
import { type Orbit, onOrbit } from './read-cameras.ts';
import { renderView, type SeenView } from './views.ts';

const vector = z.tuple([z.number(), z.number(), z.number()]);
const sceneShape = z.object({
  knots: z.number(),
  size: z.number(),
  cube: z.object({ centre: vector, half: z.number() }),
  orbit: z.object({ axis: vector, distance: z.number(), above: z.number(), focal: z.number() }),
});
type SceneShape = z.infer<typeof sceneShape>;

/** What is drawn is so many times as large as what was learnt. */
const LARGER = 2;

type SceneContext = Pick<UseContext, 'sessions' | 'checkpoint'>;

/** A scene that is open to be looked at. */
export class Scene {
  private constructor(
    readonly shape: SceneShape,
    private readonly view: OpenGraph,
    private readonly context: SceneContext,
  ) {}

  /** Opens it for as long as `work` takes. */
  static async with<T>(
    job: Pick<UseJob, 'learnt'>,
    context: SceneContext,
    work: (scene: Scene) => Promise<T>,
  ): Promise<T> {
    const shape = sceneShape.parse(job.learnt.model.shape);
    const graph = await viewGraph(job, shape);
    return withGraph(graph, context.sessions, (view) => work(new Scene(shape, view, context)));
  }

  /** The same, but it stays open for the next look: see `withKeptGraph`. */
  static kept<T>(
    job: Pick<UseJob, 'learnt'>,
    context: SceneContext,
    work: (scene: Scene) => Promise<T>,
  ): Promise<T> {
    const shape = sceneShape.parse(job.learnt.model.shape);
    const { id, installedAt } = job.learnt.model;
    return withKeptGraph(
      { key: JSON.stringify([id, installedAt]), threads: cpuThreads() },
      context.sessions,
      () => viewGraph(job, shape),
      (view) => work(new Scene(shape, view, context)),
    );
  }

  /** Pixels of a side of what is drawn of it. */
  get side(): number {
    return LARGER * this.shape.size;
  }

  /** @param size pixels of a side */
  look(camera: Camera, size: number): Promise<SeenView> {
    return renderView(camera, size, countOf(this.shape), (given) => {
      this.context.checkpoint();
      return this.view.run(given);
    });
  }

  /** Cameras round about it, evenly. */
  cameras(count: number): Camera[] {
    const orbit: Orbit = this.shape.orbit;
    return Array.from({ length: count }, (_, at) => onOrbit(orbit, (2 * Math.PI * at) / count));
  }
}

const countOf = (shape: FieldShape) => ({ rays: RAYS, samples: samplesOf(shape) });

async function viewGraph(job: Pick<UseJob, 'learnt'>, shape: SceneShape) {
  const b = new GraphBuilder('field-view');
  return fieldView(b, (await learntWeights(job, 'field'))(b), shape, countOf(shape));
}

import { z } from 'zod';
import { LATENT_PORTS } from '../../../../models/graph/latent-ports.ts';
import type { VaeShape } from '../../../../models/learning/vae.ts';
import { type OpenGraph, withGraph } from '../../learning/open-graph.ts';
import { PictureSet } from '../../learning/picture-set.ts';
import { learntWeights, type UseContext, type UseJob } from './learn-use.ts';
import { codesOf } from './picture-space.ts';
import { drawingGraph, throughGraph } from './vae-graphs.ts';

const vaeShape = z.object({ size: z.number(), latent: z.number(), width: z.number() });

/** Pictures that are looked at in one run. */
const BATCH = 8;

/** Both halves with weights of their own: `x` -> `output`, `mean`; `z` -> `output`. */
export class Vae {
  private constructor(
    readonly shape: VaeShape,
    private readonly through: OpenGraph,
    private readonly draw: OpenGraph,
  ) {}

  static async with<T>(job: UseJob, context: UseContext, work: (vae: Vae) => Promise<T>): Promise<T> {
    const shape = vaeShape.parse(job.learnt.model.shape);
    const weightsOf = await learntWeights(job, 'vae');
    return withGraph(throughGraph(shape, BATCH, weightsOf), context.sessions, (through) =>
      withGraph(drawingGraph(shape, BATCH, weightsOf), context.sessions, (draw) =>
        work(new Vae(shape, through, draw)),
      ),
    );
  }

  /** Codes of files, and how much is missed of each. */
  async see(files: readonly string[], context: UseContext) {
    const pictures = await PictureSet.read(files, this.shape.size, 1, context.checkpoint);
    const seen = await codesOf(pictures, this.shape, BATCH, (x) => this.through.run({ x }));
    return { ...seen, files: pictures.files, notes: pictures.notes };
  }

  /** Pictures of codes, planar, one after the other. */
  async drawAll(codes: readonly ArrayLike<number>[]): Promise<Float32Array> {
    const each = 3 * this.shape.size ** 2;
    const all = new Float32Array(codes.length * each);
    for (let from = 0; from < codes.length; from += BATCH) {
      const floats = new Float32Array(BATCH * this.shape.latent);
      const some = codes.slice(from, from + BATCH);
      for (const [at, code] of some.entries()) floats.set(code, at * this.shape.latent);
      const { output } = await this.draw.run({
        [LATENT_PORTS.z]: { floats, dims: [BATCH, this.shape.latent] },
      });
      all.set(output!.subarray(0, some.length * each), from * each);
    }
    return all;
  }

  /** Pictures [any count, 3, size, size], 0..1, as the network makes them again. */
  async again(pictures: Float32Array): Promise<Float32Array> {
    const { size } = this.shape;
    const batch = BATCH * 3 * size * size;
    const made = new Float32Array(pictures.length);
    const x = new Float32Array(batch);
    for (let from = 0; from < pictures.length; from += batch) {
      const some = pictures.subarray(from, from + batch);
      x.set(some);
      const { output } = await this.through.run({ x: { floats: x, dims: [BATCH, 3, size, size] } });
      made.set(output!.subarray(0, some.length), from);
    }
    return made;
  }
}

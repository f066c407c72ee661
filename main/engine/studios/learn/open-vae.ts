import { z } from 'zod';
import { GraphBuilder } from '../../../../models/graph/builder.ts';
import { FixedWeights } from '../../../../models/graph/gradient/weights.ts';
import { decoder, encoder, type VaeShape } from '../../../../models/learning/vae.ts';
import { PictureSet } from '../../learning/picture-set.ts';
import { type OpenGraph, type UseContext, type UseJob, vectorOf, withGraph } from './learn-use.ts';
import { codesOf } from './picture-space.ts';

const vaeShape = z.object({ size: z.number(), latent: z.number(), width: z.number() });

/** Pictures that are looked at in one run. */
const BATCH = 8;

/** Both halves with weights of their own: `x` -> `output`, `mean`; `z` -> `drawn`. */
export class Vae {
  private constructor(
    readonly shape: VaeShape,
    private readonly through: OpenGraph,
    private readonly draw: OpenGraph,
  ) {}

  static async with<T>(job: UseJob, context: UseContext, work: (vae: Vae) => Promise<T>): Promise<T> {
    const shape = vaeShape.parse(job.learnt.model.shape);
    const vector = await vectorOf(job, 'vae/parameters');
    const layout = job.learnt.model.networks.vae?.layout ?? [];
    const see = new GraphBuilder('vae-see');
    const dims = [BATCH, 3, shape.size, shape.size];
    const weights = new FixedWeights(see, layout, vector);
    const { mean } = encoder(see, weights, shape, see.extraInput('x', dims));
    give(see, 'output', decoder(see, weights, shape, mean), dims);
    give(see, 'mean', mean, [BATCH, shape.latent]);
    const make = new GraphBuilder('vae-draw');
    const z = make.extraInput('z', [BATCH, shape.latent]);
    give(make, 'drawn', decoder(make, new FixedWeights(make, layout, vector), shape, z), dims);
    return withGraph(see.graph, context.sessions, (through) =>
      withGraph(make.graph, context.sessions, (draw) => work(new Vae(shape, through, draw))),
    );
  }

  /** Codes of files, and how much is missed of each. */
  async see(files: readonly string[], context: UseContext) {
    const pictures = await PictureSet.read(files, this.shape.size, 1, context.checkpoint);
    const seen = await codesOf(pictures, this.shape, BATCH, (x) => this.through.run({ x }));
    return { ...seen, files: pictures.files, notes: pictures.notes };
  }

  /** What it makes of squares: planar, one after the other. */
  async again(squares: Float32Array): Promise<Float32Array> {
    const { size } = this.shape;
    const each = 3 * size * size;
    const made = new Float32Array(squares.length);
    for (let from = 0; from < squares.length; from += BATCH * each) {
      const floats = new Float32Array(BATCH * each);
      const some = squares.subarray(from, from + BATCH * each);
      floats.set(some);
      const { output } = await this.through.run({ x: { floats, dims: [BATCH, 3, size, size] } });
      made.set(output!.subarray(0, some.length), from);
    }
    return made;
  }

  /** Pictures of codes, planar, one after the other. */
  async drawAll(codes: readonly ArrayLike<number>[]): Promise<Float32Array> {
    const each = 3 * this.shape.size ** 2;
    const all = new Float32Array(codes.length * each);
    for (let from = 0; from < codes.length; from += BATCH) {
      const floats = new Float32Array(BATCH * this.shape.latent);
      const some = codes.slice(from, from + BATCH);
      for (const [at, code] of some.entries()) floats.set(code, at * this.shape.latent);
      const { drawn } = await this.draw.run({ z: { floats, dims: [BATCH, this.shape.latent] } });
      all.set(drawn!.subarray(0, some.length * each), from * each);
    }
    return all;
  }
}

function give(b: GraphBuilder, name: string, value: string, dims: readonly number[]): void {
  b.node('Identity', [value], {}, name);
  b.graph.outputs.push({ name, type: 'float32', dims });
}

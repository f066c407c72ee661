import { z } from 'zod';
import { GraphBuilder } from '../../../../models/graph/builder.ts';
import { FixedWeights } from '../../../../models/graph/gradient/weights.ts';
import { generator } from '../../../../models/learning/pattern-gan.ts';
import { normals, sheetOf } from '../../learning/picture-set.ts';
import { nothingWritten, type Use, vectorOf, withGraph, writePicture } from './learn-use.ts';

const patternShape = z.object({ size: z.number(), latent: z.number(), width: z.number() });
const COUNT = 32;
const COLUMNS = 8;

const samples: Use = async (job, context) => {
  const shape = patternShape.parse(job.learnt.model.shape);
  const count = Math.min(256, job.count ?? COUNT);
  const b = new GraphBuilder('patterns');
  const weights = new FixedWeights(
    b,
    job.learnt.model.networks.generator?.layout ?? [],
    await vectorOf(job, 'generator/average'),
  );
  const made = generator(b, weights, shape, b.extraInput('z', [count, shape.latent]));
  b.node('Identity', [made], {}, 'output');
  b.graph.outputs.push({ name: 'output', type: 'float32', dims: [count, 3, shape.size, shape.size] });
  const z = normals(job.seed, 1, [count, shape.latent]);
  const { output } = await withGraph(b.graph, context.sessions, (network) => network.run({ z }));
  const sheet = sheetOf(output!, shape.size, Math.min(COLUMNS, count), { low: -1, high: 1 });
  return {
    ...nothingWritten,
    outputs: [await writePicture(job, `patterns_${job.seed}`, sheet)],
    notes: job.learnt.model.latent
      ? [`Explore them on the pad: gesso generate latent --model ${job.learnt.model.latent}`]
      : [],
  };
};

export const GAN_USES = { samples };

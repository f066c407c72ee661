import { z } from 'zod';
import { withGraph } from '../../learning/open-graph.ts';
import { normals, sheetOf } from '../../learning/picture-set.ts';
import { learntWeights, nothingWritten, type Use, writePicture } from './learn-use.ts';
import { makeGraph } from './pattern-lesson.ts';

const patternShape = z.object({ size: z.number(), latent: z.number(), width: z.number() });
const COUNT = 32;
const COLUMNS = 8;

const samples: Use = async (job, context) => {
  const shape = patternShape.parse(job.learnt.model.shape);
  const count = Math.min(256, job.count ?? COUNT);
  const graph = makeGraph(shape, count, await learntWeights(job, 'generator', 'average'));
  const z = normals(job.seed, 1, [count, shape.latent]);
  const { output } = await withGraph(graph, context.sessions, (network) => network.run({ z }));
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

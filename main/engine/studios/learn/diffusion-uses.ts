import path from 'node:path';
import { z } from 'zod';
import { GessoError } from '../../../../contract/errors.ts';
import type { TextureShape } from '../../../../models/learning/texture-unet.ts';
import { withGraph } from '../../learning/open-graph.ts';
import { PictureSet, sheetOf } from '../../learning/picture-set.ts';
import { probe } from '../../media/probe.ts';
import { readRawMask } from '../../media/raw-picture.ts';
import { type DrawJob, drawWith } from './draw-diffusion.ts';
import {
  learntWeights,
  needInputs,
  nothingWritten,
  type Use,
  type UseContext,
  type UseJob,
  writePicture,
} from './learn-use.ts';
import { DRAWN, predictGraph } from './texture-lesson.ts';

const textureShape = z.object({
  size: z.number(),
  widths: z.tuple([z.number(), z.number(), z.number()]),
});

const STEPS = 30;
/** Of a varied picture this much is made anew, from the first to the last of a sheet. */
const STRENGTHS = { least: 0.25, most: 0.75 };
const MOST = 64;
const COLUMNS = 8;

type Wish = Pick<DrawJob, 'init' | 'mask'>;

/** Draws a batch after the other, each with a seed of its own. */
async function drawn(
  job: UseJob,
  context: UseContext,
  count: number,
  wishOf: (batch: number, size: number) => Promise<Wish> | Wish,
): Promise<{ planes: Float32Array; size: number }> {
  const shape: TextureShape = textureShape.parse(job.learnt.model.shape);
  const graph = predictGraph(shape, DRAWN, await learntWeights(job, 'unet', 'average'));
  const each = 3 * shape.size ** 2;
  const planes = new Float32Array(count * each);
  const batches = Math.ceil(count / DRAWN);
  await withGraph(graph, context.sessions, async (network) => {
    for (let batch = 0; batch < batches; batch++) {
      const made = await drawWith(async (x, time) => (await network.run({ x, time })).output!, {
        ...{ size: shape.size, batch: DRAWN, steps: STEPS, seed: (job.seed + batch) % 2 ** 32 },
        ...(await wishOf(batch, shape.size)),
        checkpoint: context.checkpoint,
        progress: (done) => context.emit({ fraction: (batch + done) / batches }),
      });
      const some = Math.min(DRAWN, count - batch * DRAWN);
      planes.set(made.subarray(0, some * each), batch * DRAWN * each);
    }
  });
  return { planes, size: shape.size };
}

const countOf = (job: UseJob) => Math.min(MOST, job.count ?? DRAWN);
const LARGER = 'Enlarge them with `gesso restore`.';

const samples: Use = async (job, context) => {
  const { planes, size } = await drawn(job, context, countOf(job), () => ({}));
  const sheet = sheetOf(planes, size, Math.min(COLUMNS, countOf(job)), { low: -1, high: 1 });
  return {
    ...nothingWritten,
    outputs: [await writePicture(job, `samples_${job.seed}`, sheet)],
    notes: [LARGER],
  };
};

/** One picture, made anew in part: little of it first, most of it last. */
const vary: Use = async (job, context) => {
  needInputs(job, 1, 'a picture');
  const count = countOf(job);
  const { planes, size } = await drawn(job, context, count, async (batch, side) => {
    const init = await repeated(job.inputs[0]!, side);
    const share = count > DRAWN ? batch / Math.ceil(count / DRAWN) : 0.5;
    return { init: { planes: init, strength: STRENGTHS.least + share * (STRENGTHS.most - STRENGTHS.least) } };
  });
  const sheet = sheetOf(planes, size, Math.min(COLUMNS, count), { low: -1, high: 1 });
  const name = path.parse(job.inputs[0]!).name;
  return { ...nothingWritten, outputs: [await writePicture(job, `${name}_varied`, sheet)], notes: [LARGER] };
};

/** What a mask covers of a picture is made anew. */
const inpaint: Use = async (job, context) => {
  needInputs(job, 1, 'a picture');
  const { mask } = job;
  if (mask === undefined)
    throw new GessoError(
      'usage/invalid',
      '"inpaint" needs a mask.',
      'Name one with --mask: white is made anew.',
    );
  const count = Math.min(DRAWN, job.count ?? 4);
  const { planes, size } = await drawn(job, context, count, async (_, side) => {
    const bytes = await readRawMask(await probe(mask), { width: side, height: side });
    return {
      init: { planes: await repeated(job.inputs[0]!, side), strength: 1 },
      mask: Float32Array.from(bytes, (value) => value / 255),
    };
  });
  const sheet = sheetOf(planes, size, count, { low: -1, high: 1 });
  const name = path.parse(job.inputs[0]!).name;
  return { ...nothingWritten, outputs: [await writePicture(job, `${name}_filled`, sheet)], notes: [LARGER] };
};

/** The same picture for every place of a batch, -1..1. */
async function repeated(file: string, size: number): Promise<Float32Array> {
  const pictures = await PictureSet.read([file], size, 1);
  return pictures.batch(
    Array.from({ length: DRAWN }, () => 0),
    { low: -1, high: 1 },
  ).floats;
}

export const DIFFUSION_USES = { samples, vary, inpaint };

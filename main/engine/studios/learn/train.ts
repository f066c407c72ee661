import { mkdir, rm } from 'node:fs/promises';
import { GessoError } from '../../../../contract/errors.ts';
import type { LearnKind } from '../../../../contract/learn-step.ts';
import { diskError } from '../../../../models/errors.ts';
import type { Result } from '../../protocol/methods.ts';
import { learnDenoise } from './denoise.ts';
import { learnDiffusion } from './diffusion.ts';
import { learnGan } from './gan.ts';
import { learnNerf } from './scene/nerf.ts';
import type { Teach, TrainContext, TrainJob } from './train-lesson.ts';
import { learnVae } from './vae.ts';
import { learnWords } from './words/words.ts';

const KINDS: Partial<Readonly<Record<LearnKind, Teach>>> = {
  nerf: learnNerf,
  vae: learnVae,
  words: learnWords,
  denoise: learnDenoise,
  diffusion: learnDiffusion,
  gan: learnGan,
};

/**
 * Learns on the user's own pictures or words. What is learnt is left at `job.temp`, flushed; what is learnt so far
 * stays in `job.parts`, and the next call goes on from there.
 * @throws GessoError input/unsupported, input/unreadable, input/too-large, recipe/invalid, job/cancelled, output/...
 */
export async function train(job: TrainJob, context: TrainContext): Promise<Result<'learn.train'>> {
  const teach = KINDS[job.step.kind];
  if (!teach) throw new Error(`no lesson for ${job.step.kind}`);
  await mkdir(job.work, { recursive: true });
  try {
    return await teach(job, context);
  } catch (thrown) {
    await rm(job.temp, { recursive: true, force: true });
    throw thrown instanceof GessoError ? thrown : diskError(thrown, job.temp);
  } finally {
    await rm(job.work, { recursive: true, force: true });
  }
}

import { mkdir, rm } from 'node:fs/promises';
import { GessoError } from '../../../../contract/errors.ts';
import type { LearnKind } from '../../../../contract/learn-step.ts';
import { diskError } from '../../../../models/errors.ts';
import type { Params, Result } from '../../protocol/methods.ts';
import { DIFFUSION_USES } from './diffusion-uses.ts';
import { GAN_USES } from './gan-uses.ts';
import type { Use, UseContext } from './learn-use.ts';
import { NERF_USES } from './scene/nerf-uses.ts';
import { VAE_USES } from './vae-uses.ts';
import { WORDS_USES } from './words/words-uses.ts';

type UseName = Params<'learn.use'>['use'];

const USES: Partial<Readonly<Record<LearnKind, Partial<Readonly<Record<UseName, Use>>>>>> = {
  nerf: NERF_USES,
  vae: VAE_USES,
  words: WORDS_USES,
  diffusion: DIFFUSION_USES,
  gan: GAN_USES,
};

/**
 * Uses what was learnt; files are written beside their places and renamed.
 * @throws GessoError usage/invalid for a use that the kind does not know, and what reading its inputs throws
 */
export async function useLearnt(job: Params<'learn.use'>, context: UseContext): Promise<Result<'learn.use'>> {
  const { kind, name } = job.learnt.model;
  const uses = USES[kind] ?? {};
  const use = uses[job.use];
  if (!use)
    throw new GessoError(
      'usage/invalid',
      `${name} (${kind}) does not know "${job.use}".`,
      `It can do: ${Object.keys(uses).join(', ')}.`,
    );
  await mkdir(job.work, { recursive: true });
  try {
    await mkdir(job.out, { recursive: true });
    return await use(job, context);
  } catch (thrown) {
    throw thrown instanceof GessoError ? thrown : diskError(thrown, job.out);
  } finally {
    await rm(job.work, { recursive: true, force: true });
  }
}

import type { PageLatent, PageStep } from '../../../contract/generate-settings.ts';

/** How far those of a latent space lie from the one that they are to be like. */
export const LIKE = 0.3;

/** The step of more pictures like the one of a step: the seeds that follow, or places near it in its space. */
export function nextTo(step: PageStep): PageStep {
  if (step.kind !== 'latent') return { ...step, seed: step.seed + 1 };
  const begun = withoutRow(step);
  return { ...begun, picture: begun.picture + 1, spread: Math.min(begun.spread, LIKE) };
}

/** A picture of a row as the first of one, where it is not a mixture with the row's first. */
export function withoutRow(step: PageLatent): PageLatent {
  const { seeds, picture, spread } = step;
  if (picture === 0 || spread < 1) return step;
  return { ...step, seeds: seeds.map(({ seed, weight }) => ({ seed: seed + picture, weight })), picture: 0 };
}

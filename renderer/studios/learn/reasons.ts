import { OF_KINDS } from '../../../contract/learn-kinds.ts';
import { MOST_MINUTES, MOST_STEPS_LEARNT } from '../../../contract/learn-step.ts';
import type { StudioState } from '../../app/store.ts';
import { t, whatHappened } from '../../ui/words.ts';

export type WhyNotLearnInput = Pick<StudioState, 'learn' | 'toLearn' | 'toLearnCount'>;

/** Why nothing can be learnt now; empty where it can. */
export function whyNotLearn({ learn, toLearn, toLearnCount }: WhyNotLearnInput): string[] {
  const { of, least } = OF_KINDS[learn.kind];
  const reasons: string[] = [];
  if (!toLearn) reasons.push(t(`learn.whyNot.choose.${of}`));
  else if (!toLearnCount) reasons.push(t('learn.counting'));
  else if (toLearnCount.problem) reasons.push(whatHappened(toLearnCount.problem));
  else if (toLearnCount.files < least && !toLearnCount.hasPlaces)
    reasons.push(t(`learn.whyNot.few.${of}`, { count: toLearnCount.files, least }));
  if (!isLength(learn)) reasons.push(t(`learn.whyNot.length.${learn.lengthBy}`));
  if (!Number.isInteger(learn.seed) || learn.seed < 0 || learn.seed >= 2 ** 32)
    reasons.push(t('learn.whyNot.seed'));
  return reasons;
}

function isLength({ lengthBy, minutes, steps, kind }: StudioState['learn']): boolean {
  if (lengthBy === 'steps') return Number.isInteger(steps) && steps >= 1 && steps <= MOST_STEPS_LEARNT;
  const asked = minutes ?? OF_KINDS[kind].minutes;
  return asked > 0 && asked <= MOST_MINUTES;
}

/** How long the inspector says that it learns. */
export function lengthOf({ lengthBy, minutes, steps, kind }: StudioState['learn']) {
  return lengthBy === 'steps' ? { steps } : { minutes: minutes ?? OF_KINDS[kind].minutes };
}

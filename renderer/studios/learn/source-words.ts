import type { LearnSource } from '../../../contract/learn-views.ts';
import type { LearnState } from '../../app/learn-state.ts';
import { t, whatHappened } from '../../ui/words.ts';

/** What was found in what was chosen: "40 pictures", or why nothing. */
export function foundWords(
  of: 'pictures' | 'texts',
  { others }: LearnSource,
  count: LearnState['toLearnCount'],
): string {
  const more = others > 0 ? [t('learn.more', { count: others })] : [];
  if (!count) return [...more, t('learn.counting')].join(' · ');
  if (count.problem) return whatHappened(count.problem);
  if (count.hasPlaces) return t('learn.hasPlaces');
  return [...more, t(`learn.found.${of}`, { count: count.files })].join(' · ');
}

import type { PageLatent } from '../../../contract/generate-settings.ts';
import { percentsOf } from '../../ui/percents.ts';
import { t } from '../../ui/words.ts';

/** What is asked for, as it stands in a name: "blue", "blue-green"; undefined where nothing is. */
export function conditionText({ condition }: Pick<PageLatent, 'condition'>): string | undefined {
  return typeof condition === 'object' ? Object.keys(condition).join('-') : condition;
}

/** "3: 67 %, 9: 33 %" */
export function mixText(seeds: PageLatent['seeds']): string {
  const percents = percentsOf(seeds.map(({ weight }) => weight));
  return seeds
    .map(({ seed }, at) => `${seed}: ${t('units.percent', { percent: percents[at] ?? 0 })}`)
    .join(', ');
}

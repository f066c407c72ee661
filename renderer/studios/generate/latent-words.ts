import type { PageLatent } from '../../../contract/generate-settings.ts';

/** What is asked for, as it stands in a name: "blue", "blue-green"; undefined where nothing is. */
export function conditionText({ condition }: Pick<PageLatent, 'condition'>): string | undefined {
  return typeof condition === 'object' ? Object.keys(condition).join('-') : condition;
}

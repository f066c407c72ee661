import type { MadeView } from '../../../contract/made.ts';
import { t } from '../../ui/words.ts';
import { firstWords } from './first-words.ts';

/** What a made picture is called where its file's name says less: "a fox in the snow, seed 4". */
export function nameOf({ step }: MadeView): string {
  const what =
    step.kind === 'rule' ? t(`generate.rules.${step.rule}`) : firstWords(step.prompt).replaceAll('-', ' ');
  return t('generate.made.of', { what, seed: step.seed });
}

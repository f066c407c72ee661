import type { PageStep } from '../../../contract/generate-settings.ts';
import type { MadeView } from '../../../contract/made.ts';
import { t } from '../../ui/words.ts';
import { firstWords } from './first-words.ts';
import { conditionText } from './latent-words.ts';

/** What a made picture is called where its file's name says less: "a fox in the snow, seed 4". */
export function nameOf({ step, seed }: MadeView): string {
  return t('generate.made.of', { what: whatOf(step), seed });
}

/** "Cells", "a fox in the snow", "omniart-eyes, blue". */
export function whatOf(step: PageStep): string {
  switch (step.kind) {
    case 'rule':
      return t(`generate.rules.${step.rule}`);
    case 'latent':
      return [step.model, conditionText(step)].filter(Boolean).join(', ');
    case 'diffusion':
      return firstWords(step.prompt).replaceAll('-', ' ');
  }
}

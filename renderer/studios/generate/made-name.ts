import type { PageStep } from '../../../contract/generate-settings.ts';
import type { MadeView } from '../../../contract/made.ts';
import { t } from '../../ui/words.ts';
import { firstWords } from './first-words.ts';
import { conditionText } from './latent-words.ts';

/** What a made picture is called where its file's name says less: "a fox in the snow, seed 4". */
export function nameOf({ step, seed }: MadeView): string {
  const name = t('generate.made.of', { what: whatOf(step), seed });
  if (isWalk(step)) return t('generate.made.walkOf', { name });
  return step.kind === 'latent' && step.sheet ? t('generate.made.sheetOf', { name }) : name;
}

/** A clip, or a folder of its frames. */
export function isWalk(step: PageStep): boolean {
  return step.kind === 'latent' && step.walk !== undefined;
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

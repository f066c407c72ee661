import { STYLE_NAME_TOKENS } from '../../../contract/style-recipe.ts';
import type { ModelView, SourceView } from '../../../contract/views.ts';
import type { StyleSettings } from '../../app/store.ts';
import { templateProblem } from '../../inspector/name-template.ts';
import { isBusy, startable } from '../../inspector/startable.ts';
import { t } from '../../ui/words.ts';
import { isPainted } from './layers.ts';
import { areInstalled } from './models.ts';

export interface WhyNotStyleInput {
  sources: readonly SourceView[];
  models: readonly ModelView[];
  style: StyleSettings;
}

/** Why pictures cannot be painted now, in the order in which to mend it; empty: they can. */
export function whyNotStyle({ sources, models, style: { layers, output } }: WhyNotStyleInput): string[] {
  const reasons: string[] = [];
  if (sources.length === 0) reasons.push(t('restore.whyNot.noPicture'));
  else if (startable(sources).length === 0)
    reasons.push(t(sources.some(isBusy) ? 'restore.whyNot.allQueued' : 'restore.whyNot.unreadable'));
  const shown = layers.filter(({ isShown }) => isShown);
  if (shown.length === 0) reasons.push(t('style.whyNot.hidden'));
  else if (shown.every(({ look }) => look.styles.length === 0)) reasons.push(t('style.whyNot.noStyle'));
  else if (!shown.some(({ look }) => isPainted(look))) reasons.push(t('style.whyNot.noShare'));
  if (!areInstalled(shown, models)) reasons.push(t('style.missing'));
  const problem = templateProblem(output.name, STYLE_NAME_TOKENS);
  if (problem) reasons.push(t('restore.whyNot.fileName', { problem }));
  const { quality } = output;
  if (!Number.isInteger(quality) || quality < 1 || quality > 100) reasons.push(t('restore.whyNot.quality'));
  return reasons;
}

import { MOST_QUALITY } from '../../../contract/clip-coding.ts';
import { CLIP_NAME_TOKENS } from '../../../contract/clip-recipe.ts';
import { DEFAULT_INTERPOLATION } from '../../../contract/tasks.ts';
import { parseRational, toNumber } from '../../../contract/time.ts';
import type { ModelView, SourceView } from '../../../contract/views.ts';
import type { ClipSettings } from '../../app/store.ts';
import { templateProblem } from '../../inspector/name-template.ts';
import { isBusy, startable } from '../../inspector/startable.ts';
import { t } from '../../ui/words.ts';
import { sourceRate } from './estimate.ts';
import { resultRate } from './rates.ts';

/** Players and encoders know no more; frames a second. */
const MOST_RATE = 1000;

export interface WhyNotClipInput {
  sources: readonly SourceView[];
  models: readonly ModelView[];
  clip: ClipSettings;
}

/** Why clips cannot be interpolated now, in the order in which to mend it; empty: they can. */
export function whyNotClip({ sources, models, clip: { step, output } }: WhyNotClipInput): string[] {
  const reasons: string[] = [];
  const ready = startable(sources);
  if (sources.length === 0) reasons.push(t('interpolate.whyNot.noClip'));
  else if (ready.length === 0)
    reasons.push(t(sources.some(isBusy) ? 'interpolate.whyNot.allQueued' : 'interpolate.whyNot.unreadable'));
  const id = step.model ?? DEFAULT_INTERPOLATION;
  const model = models.find((each) => each.id === id);
  if (!model?.installed) reasons.push(t('restore.whyNot.notInstalled', { model: model?.name ?? id }));
  const rate = parseRational(step.rate);
  if (!rate || rate.num === 0) reasons.push(t('interpolate.whyNot.pictureRate'));
  const rates = ready.map((source) => resultRate(step, sourceRate(source, step)));
  const isWishWhole = resultRate(step, { num: 1, den: 1 }) !== undefined;
  if (!isWishWhole || rates.some((made) => made && toNumber(made) > MOST_RATE))
    reasons.push(t('interpolate.whyNot.rate', { most: MOST_RATE }));
  const problem = templateProblem(output.name, CLIP_NAME_TOKENS);
  if (problem) reasons.push(t('restore.whyNot.fileName', { problem }));
  const { codec, quality } = output;
  const most = MOST_QUALITY[codec];
  const isGood = quality === undefined || (Number.isInteger(quality) && quality >= 0 && quality <= most);
  if (!isGood) reasons.push(t('interpolate.whyNot.quality', { most }));
  return reasons;
}

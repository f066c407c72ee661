import { MOST_SCALE } from '../../../contract/tasks.ts';
import type { ModelView, SourceView } from '../../../contract/views.ts';
import type { RestoreSettings } from '../../app/store.ts';
import { templateProblem } from '../../inspector/name-template.ts';
import { isBusy, startable } from '../../inspector/startable.ts';
import { t } from '../../ui/words.ts';
import { modelFor, modelName } from './choose.ts';
import { NAME_PARTS } from './name-example.ts';
import { chainOf, scaleOfSteps } from './steps.ts';

/** What each format can hold, pixels along a side. */
const LARGEST_SIDE: Partial<Record<RestoreSettings['output']['format'], number>> = {
  jpeg: 65_535,
  webp: 16_383,
  avif: 65_535,
};

export interface WhyNotInput {
  sources: readonly SourceView[];
  models: readonly ModelView[];
  settings: RestoreSettings;
}

/** Why a restore cannot run now, in the order in which to mend it; empty: it can. */
export function whyNot({ sources, models, settings }: WhyNotInput): string[] {
  const reasons: string[] = [];
  const ready = startable(sources);
  if (sources.length === 0) reasons.push(t('restore.whyNot.noPicture'));
  else if (ready.length === 0)
    reasons.push(t(sources.some(isBusy) ? 'restore.whyNot.allQueued' : 'restore.whyNot.unreadable'));
  const model = modelFor(models, settings.family, settings.scale);
  if (!model) reasons.push(t('restore.whyNot.noModel'));
  const { steps } = chainOf(settings, models);
  for (const id of new Set(steps.map((step) => step.model))) {
    const wanted = models.find((each) => each.id === id);
    if (wanted ? !wanted.installed : id !== undefined)
      reasons.push(t('restore.whyNot.notInstalled', { model: wanted ? modelName(wanted.name) : id! }));
  }
  const scale = scaleOfSteps(steps, models);
  if (scale > MOST_SCALE) reasons.push(t('restore.whyNot.tooManyTimes', { scale, most: MOST_SCALE }));
  const { format, quality, name } = settings.output;
  const problem = templateProblem(name, NAME_PARTS);
  if (problem) reasons.push(t('restore.whyNot.fileName', { problem }));
  if (!Number.isInteger(quality) || quality < 1 || quality > 100) reasons.push(t('restore.whyNot.quality'));
  const limit = LARGEST_SIDE[format];
  const tooLarge = limit && ready.find((source) => largestSide(source) * scale > limit);
  if (tooLarge)
    reasons.push(t('restore.whyNot.tooLarge', { name: tooLarge.name, format: format.toUpperCase() }));
  return reasons;
}

function largestSide({ width = 0, height = 0 }: SourceView): number {
  return Math.max(width, height);
}

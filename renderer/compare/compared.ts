import type { RestoreStep } from '../../contract/recipe.ts';
import { isOfRestore } from '../../contract/tasks.ts';
import type { ModelView, PixelRect } from '../../contract/views.ts';
import { families, modelFor } from '../studios/restore/choose.ts';
import { mainStep, type StepSettings } from '../studios/restore/steps.ts';

/** As many pictures as can be told apart on one screen. */
export const MOST_COMPARED = 4;
export const LEAST_COMPARED = 2;

/** A pane whose model is not chosen yet. */
export const NO_MODEL = '';

/** Which models are ticked once this one is ticked or not any more; one too many changes nothing. */
export function ticked(ids: readonly string[], id: string): readonly string[] {
  if (ids.includes(id)) return ids.filter((each) => each !== id);
  return ids.length < MOST_COMPARED ? [...ids, id] : ids;
}

/** The models to begin with: that of the step that is shown, and another one of its task that is installed. */
export function firstCompared(settings: StepSettings, models: readonly ModelView[]): string[] {
  const own = modelFor(models, settings.family, settings.scale);
  if (!own || !isOfRestore(own.task)) return [NO_MODEL];
  const others = models.filter(
    ({ task, installed, family }) => task === own.task && installed && family !== own.family,
  );
  const [other] = families(others);
  const second = other && modelFor(other.models, other.id, settings.scale);
  return [own.id, second?.id ?? NO_MODEL];
}

/** How many times a model enlarges here: as often as is set where the settings would choose it, else as is its own. */
export function comparedScale(
  model: ModelView,
  settings: StepSettings,
  models: readonly ModelView[],
): number {
  if (model.scale === 1) return 1;
  const isChosen = modelFor(models, model.family, settings.scale)?.id === model.id;
  return isChosen && settings.scale > 1 ? settings.scale : model.scale;
}

/** The steps to and with the one that is shown, with this model in its place; what comes after would hide differences. */
export function comparedSteps(
  model: ModelView,
  settings: StepSettings,
  models: readonly ModelView[],
): RestoreStep[] {
  return [...settings.before, mainStep(model, comparedScale(model, settings, models), settings.strength)];
}

/** A part of a result, and how long its networks ran. */
export interface MadeBlock {
  /** Pixels of the result. */
  place: PixelRect;
  milliseconds: number;
}

/**
 * How long the networks ran for what is in sight; undefined where nothing of it is there.
 * @param region pixels of the source @param scale pixels of the result for each of them
 */
export function timeOf(blocks: Iterable<MadeBlock>, region: PixelRect, scale: number): number | undefined {
  let sum: number | undefined;
  for (const { place, milliseconds } of blocks) {
    const isSeen =
      place.x < (region.x + region.width) * scale &&
      place.y < (region.y + region.height) * scale &&
      place.x + place.width > region.x * scale &&
      place.y + place.height > region.y * scale;
    if (isSeen) sum = (sum ?? 0) + milliseconds;
  }
  return sum;
}

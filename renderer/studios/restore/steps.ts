import type { RestoreStep } from '../../../contract/recipe.ts';
import type { ModelView } from '../../../contract/views.ts';
import type { RestoreSettings } from '../../app/store.ts';
import { modelFor } from './choose.ts';

type StepSettings = Pick<RestoreSettings, 'family' | 'scale' | 'strength' | 'before' | 'after'>;

/** All steps that would run now; undefined while a model of them is not there. */
export function stepsOf(settings: StepSettings, models: readonly ModelView[]): RestoreStep[] | undefined {
  const model = modelFor(models, settings.family, settings.scale);
  if (!model || model.task === 'interpolate') return undefined;
  const isThere = (id: string | undefined) =>
    id === undefined || models.some((each) => each.id === id && each.installed);
  const { before, after, strength } = settings;
  if (!model.installed || ![...before, ...after].every((step) => isThere(step.model))) return undefined;
  return [...before, mainStep(model, settings.scale, strength), ...after];
}

/** The step that the inspector shows. A model that keeps the size has no other. */
export function mainStep(model: ModelView, scale: number, strength: number): RestoreStep {
  const task = model.task === 'interpolate' ? 'upscale' : model.task;
  return { studio: 'restore', task, model: model.id, scale: model.scale === 1 ? 1 : scale, strength };
}

/** Output pixels per input pixel of all steps. */
export function scaleOfSteps(steps: readonly RestoreStep[], models: readonly ModelView[]): number {
  const own = ({ model, scale }: RestoreStep) => scale ?? models.find(({ id }) => id === model)?.scale ?? 1;
  return steps.reduce((product, step) => product * own(step), 1);
}

import type { RestoreStep } from '../../../contract/recipe.ts';
import { isOfRestore } from '../../../contract/tasks.ts';
import type { ModelView } from '../../../contract/views.ts';
import type { RestoreSettings } from '../../app/store.ts';
import { modelFor } from './choose.ts';

export type StepSettings = Pick<RestoreSettings, 'family' | 'scale' | 'strength' | 'before' | 'after'>;

/** All steps as they are wished, and which of them the inspector shows. */
export interface Chain {
  steps: readonly RestoreStep[];
  at: number;
}

/** Whether or not their models are there. */
export function chainOf(settings: StepSettings, models: readonly ModelView[]): Chain {
  const { family, scale, strength, before, after } = settings;
  const model = modelFor(models, family, scale);
  const shown: RestoreStep = model
    ? mainStep(model, scale, strength)
    : { studio: 'restore', task: 'upscale', scale, strength };
  return { steps: [...before, shown, ...after], at: before.length };
}

/** The settings for these steps, with step `at` in the inspector's sections. */
export function withChain<S extends StepSettings>(
  { steps, at }: Chain,
  settings: S,
  models: readonly ModelView[],
): S {
  const step = steps[at];
  if (!step) return settings;
  const model = models.find(({ id }) => id === step.model);
  // A size that a model keeps says nothing of the one to enlarge to.
  const scale = model?.scale === 1 ? undefined : (step.scale ?? model?.scale);
  return {
    ...settings,
    family: model?.family ?? settings.family,
    scale: scale ?? settings.scale,
    strength: step.strength,
    before: steps.slice(0, at),
    after: steps.slice(at + 1),
  };
}

/** All steps that would run now; undefined while a model of them is not there. */
export function stepsOf(settings: StepSettings, models: readonly ModelView[]): RestoreStep[] | undefined {
  const model = modelFor(models, settings.family, settings.scale);
  if (!model || !isOfRestore(model.task)) return undefined;
  const { steps } = chainOf(settings, models);
  const isThere = (id: string | undefined) =>
    id === undefined || models.some((each) => each.id === id && each.installed);
  return steps.every((step) => isThere(step.model)) ? [...steps] : undefined;
}

/** The step that the inspector shows. A model that keeps the size has no other. */
export function mainStep(model: ModelView, scale: number, strength: number): RestoreStep {
  const task = isOfRestore(model.task) ? model.task : 'upscale';
  return { studio: 'restore', task, model: model.id, scale: model.scale === 1 ? 1 : scale, strength };
}

/** Output pixels per input pixel of all steps. */
export function scaleOfSteps(steps: readonly RestoreStep[], models: readonly ModelView[]): number {
  return steps.reduce((product, step) => product * scaleOfStep(step, models), 1);
}

export function scaleOfStep({ model, scale }: RestoreStep, models: readonly ModelView[]): number {
  return scale ?? models.find(({ id }) => id === model)?.scale ?? 1;
}

/** A step to another place; it stays the one that is shown, as does any other. */
export function withMoved({ steps, at }: Chain, from: number, to: number): Chain {
  const step = steps[from];
  if (!step || to < 0 || to >= steps.length) return { steps, at };
  // The same step may be there twice: places are counted, and steps not compared.
  const order = [...steps.keys()].toSpliced(from, 1).toSpliced(to, 0, from);
  return { steps: steps.toSpliced(from, 1).toSpliced(to, 0, step), at: order.indexOf(at) };
}

/** A new step behind the one that is shown; it is shown from now on. */
export function withAdded({ steps, at }: Chain, step: RestoreStep): Chain {
  return { steps: steps.toSpliced(at + 1, 0, step), at: at + 1 };
}

/** Without a step; the last one stays. What was shown is shown on, or else its neighbour. */
export function withRemoved({ steps, at }: Chain, place: number): Chain {
  if (steps.length === 1 || !steps[place]) return { steps, at };
  const left = steps.toSpliced(place, 1);
  return { steps: left, at: Math.min(place < at ? at - 1 : at, left.length - 1) };
}

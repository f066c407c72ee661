import { DEFAULT_MODELS, type Task } from '../../../contract/tasks.ts';
import type { ModelView } from '../../../contract/views.ts';

/** One family of models as the inspector offers it: the same network for several scales. */
export interface Family {
  id: string;
  /** "SPAN": the name without its scale. */
  name: string;
  models: ModelView[];
}

export const SCALES = [2, 3, 4, 8] as const;

/** "SPAN x2" -> "SPAN ×2": the multiplication sign belongs into text for people. */
export function modelName(name: string): string {
  return name.replace(/\bx(\d)\b/, '×$1');
}

export function families(models: readonly ModelView[]): Family[] {
  const found = new Map<string, Family>();
  for (const model of models) {
    const family = found.get(model.family);
    if (family) family.models.push(model);
    else
      found.set(model.family, {
        id: model.family,
        name: model.name.replace(/\s+x\d\b/, ''),
        models: [model],
      });
  }
  return [...found.values()].map((family) => ({
    ...family,
    name: family.models.length === 1 ? modelName(family.models[0]!.name) : family.name,
  }));
}

/** The family's model for a size: the smallest that reaches it, else the largest (it is then used more than once). */
export function modelFor(models: readonly ModelView[], family: string, scale: number): ModelView | undefined {
  const ofFamily = models.filter((model) => model.family === family).toSorted((a, b) => a.scale - b.scale);
  return ofFamily.find((model) => model.scale >= scale) ?? ofFamily.at(-1);
}

/**
 * The family to begin a task with: that of its default, else the first of the catalogue; or one that is installed
 * where that is not. A
 * licence that nobody could find is no default, unless the user has installed the model.
 */
export function defaultFamily(models: readonly ModelView[], task: Task): string | undefined {
  const ofTask = models.filter((model) => model.task === task);
  const usual = task === 'upscale' ? undefined : DEFAULT_MODELS[task];
  const first = ofTask.find(({ id }) => id === usual) ?? ofTask.find(({ licence }) => licence !== 'unknown');
  if (first && ofTask.some(({ family, installed }) => installed && family === first.family))
    return first.family;
  return (ofTask.find(({ installed }) => installed) ?? first)?.family;
}

/** One that can run at once. */
export function installedFamily(models: readonly ModelView[], task: Task): string | undefined {
  const installed = models.filter((model) => model.installed);
  return defaultFamily(installed, task);
}

import type { RestoreStep } from '../../../contract/recipe.ts';
import type { ModelView, SourceView } from '../../../contract/views.ts';
import { modelFor } from './choose.ts';
import { chainOf, type StepSettings, scaleOfStep } from './steps.ts';

interface Pass {
  /** Pixels that it takes for each pixel of the picture. */
  share: number;
  /** Millions of its own input's pixels in a second. */
  speed: number;
}

/** The models that a step takes one after the other, where it is known how fast each is here. */
function passesOf(models: readonly ModelView[], step: RestoreStep): Pass[] | undefined {
  const first = models.find(({ id }) => id === step.model);
  const scale = scaleOfStep(step, models);
  if (first?.speed === undefined) return undefined;
  const passes: Pass[] = [{ share: 1, speed: first.speed }];
  if (first.scale >= scale) return passes;
  const rest = models.filter((model) => model.installed);
  const second = modelFor(rest, first.family, Math.ceil(scale / first.scale));
  if (second?.speed === undefined || second.scale * first.scale < scale) return undefined;
  return [...passes, { share: first.scale ** 2, speed: second.speed }];
}

/** Those of all steps; each works on what the ones before have made. */
function passesOfAll(models: readonly ModelView[], steps: readonly RestoreStep[]): Pass[] | undefined {
  const all: Pass[] = [];
  let share = 1;
  for (const step of steps) {
    const passes = passesOf(models, step);
    if (!passes) return undefined;
    for (const pass of passes) all.push({ ...pass, share: pass.share * share });
    share *= scaleOfStep(step, models) ** 2;
  }
  return all;
}

/**
 * Milliseconds that the model takes for these pictures on this machine, from what was measured here; reading and
 * writing are small beside it. Undefined where nothing was measured yet, or a picture is not read yet.
 */
export function foreseen(
  sources: readonly Pick<SourceView, 'width' | 'height'>[],
  models: readonly ModelView[],
  settings: StepSettings,
): number | undefined {
  const passes = passesOfAll(models, chainOf(settings, models).steps);
  if (!passes || sources.length === 0) return undefined;
  if (sources.some(({ width, height }) => !width || !height)) return undefined;
  const megapixels = sources.reduce((sum, { width = 0, height = 0 }) => sum + (width * height) / 1e6, 0);
  return passes.reduce((sum, { share, speed }) => sum + (megapixels * share * 1000) / speed, 0);
}

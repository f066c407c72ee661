import type { RestoreStep } from '../../../contract/recipe.ts';
import type { ModelView, PresetView } from '../../../contract/views.ts';
import type { RestoreSettings } from '../../app/store.ts';
import { t } from '../../ui/words.ts';
import { families, modelFor } from './choose.ts';
import { mainStep } from './steps.ts';

/** The settings under a name. A folder is of this machine, and no part of it. */
export function presetOf(name: string, settings: RestoreSettings, models: readonly ModelView[]): PresetView {
  const { family, scale, strength, before, after, output } = settings;
  const model = modelFor(models, family, scale);
  const main: RestoreStep = model
    ? mainStep(model, scale, strength)
    : { studio: 'restore', task: 'upscale', scale, strength };
  return { name, steps: [...before, main, ...after], output };
}

/** The settings with what a preset says, and the rest as it is; undefined where its model is not known here. */
export function withPreset(
  { steps, output }: PresetView,
  settings: RestoreSettings,
  models: readonly ModelView[],
): RestoreSettings | undefined {
  const known = (step: RestoreStep) => models.find(({ id }) => id === step.model);
  if (!steps.every((step) => step.model === undefined || known(step))) return undefined;
  // The inspector shows the enlargement where there is one: it decides the size.
  const enlarging = steps.findIndex(({ task }) => task === 'upscale');
  const at = enlarging < 0 ? steps.length - 1 : enlarging;
  const step = steps[at];
  if (!step) return undefined;
  const model = known(step);
  return {
    ...settings,
    family: model?.family ?? settings.family,
    scale: step.scale ?? model?.scale ?? settings.scale,
    strength: step.strength,
    before: steps.slice(0, at),
    after: steps.slice(at + 1),
    output,
  };
}

/** The preset that the settings are, as long as nothing of it was changed. */
export function presetNow(
  presets: readonly PresetView[],
  settings: RestoreSettings,
  models: readonly ModelView[],
): PresetView | undefined {
  const now = plain(settings);
  return presets.find((preset) => {
    const made = withPreset(preset, settings, models);
    return made && plain(made) === now;
  });
}

/** In one order, so that it can be compared. */
function plain({ family, scale, strength, before, after, output }: RestoreSettings): string {
  const { format, quality, name, existing, stripPrivate } = output;
  return JSON.stringify([
    family,
    scale,
    strength,
    before,
    after,
    format,
    quality,
    name,
    existing,
    stripPrivate,
  ]);
}

/** "SPAN ×2, PNG"; with a number where that is taken. */
export function freeName(
  { family, scale, output }: RestoreSettings,
  models: readonly ModelView[],
  taken: readonly PresetView[],
): string {
  const model = families(models).find(({ id }) => id === family)?.name ?? family;
  const usual = t('presets.usual', { model: model.replace(/ ×\d$/, ''), scale });
  const name = output.format === 'same' ? usual : `${usual}, ${output.format.toUpperCase()}`;
  const isTaken = (wanted: string) => taken.some((preset) => preset.name === wanted);
  if (!isTaken(name)) return name;
  let number = 2;
  while (isTaken(`${name} (${number})`)) number++;
  return `${name} (${number})`;
}

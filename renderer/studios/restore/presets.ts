import type { RestoreStep } from '../../../contract/recipe.ts';
import type { ModelView, PicturePreset } from '../../../contract/views.ts';
import type { RestoreSettings } from '../../app/store.ts';
import { t } from '../../ui/words.ts';
import { families } from './choose.ts';
import { chainOf, withChain } from './steps.ts';

/** The settings under a name. A folder is of this machine, and no part of it. */
export function presetOf(
  name: string,
  settings: RestoreSettings,
  models: readonly ModelView[],
): PicturePreset {
  return { studio: 'restore', name, steps: [...chainOf(settings, models).steps], output: settings.output };
}

/** The settings with what a preset says, and the rest as it is; undefined where its model is not known here. */
export function withPreset(
  { steps, output }: PicturePreset,
  settings: RestoreSettings,
  models: readonly ModelView[],
): RestoreSettings | undefined {
  const known = (step: RestoreStep) => models.find(({ id }) => id === step.model);
  if (!steps.every((step) => step.model === undefined || known(step))) return undefined;
  // The inspector shows the enlargement where there is one: it decides the size.
  const enlarging = steps.findIndex(({ task }) => task === 'upscale');
  const at = enlarging < 0 ? steps.length - 1 : enlarging;
  return { ...withChain({ steps, at }, settings, models), output };
}

/** The preset that the settings are, as long as nothing of it was changed. */
export function presetNow(
  presets: readonly PicturePreset[],
  settings: RestoreSettings,
  models: readonly ModelView[],
): PicturePreset | undefined {
  const now = plain(settings, models);
  return presets.find((preset) => {
    const made = withPreset(preset, settings, models);
    return made && plain(made, models) === now;
  });
}

/** In one order, so that it can be compared; which step is shown makes no difference. */
function plain(settings: RestoreSettings, models: readonly ModelView[]): string {
  const { format, quality, name, existing, stripPrivate } = settings.output;
  const steps = chainOf(settings, models).steps.map(({ task, model, scale, strength }) => [
    task,
    model,
    scale,
    strength,
  ]);
  // Models of families that are not here are none: the family itself tells such settings apart.
  const family = steps.some(([, model]) => model === undefined) ? settings.family : '';
  return JSON.stringify([family, steps, format, quality, name, existing, stripPrivate]);
}

/** "SPAN ×2, PNG"; with a number where that is taken. */
export function freeName(
  { family, scale, output }: RestoreSettings,
  models: readonly ModelView[],
  taken: readonly PicturePreset[],
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

import type { ModelView, PresetView } from '../../../contract/views.ts';
import type { RestoreSettings } from '../../app/store.ts';
import { t } from '../../ui/words.ts';
import { families, modelFor } from './choose.ts';

/** The settings under a name. A folder is of this machine, and no part of it. */
export function presetOf(name: string, settings: RestoreSettings, models: readonly ModelView[]): PresetView {
  const { family, scale, strength, output } = settings;
  const model = modelFor(models, family, scale);
  const step = {
    studio: 'restore',
    task: 'upscale',
    scale,
    strength,
    ...(model && { model: model.id }),
  } as const;
  return { name, step, output };
}

/** The settings with what a preset says, and the rest as it is; undefined where its model is not known here. */
export function withPreset(
  { step, output }: PresetView,
  settings: RestoreSettings,
  models: readonly ModelView[],
): RestoreSettings | undefined {
  const model = step.model === undefined ? undefined : models.find(({ id }) => id === step.model);
  if (step.model !== undefined && !model) return undefined;
  return {
    ...settings,
    family: model?.family ?? settings.family,
    scale: step.scale ?? model?.scale ?? settings.scale,
    strength: step.strength,
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
function plain({ family, scale, strength, output }: RestoreSettings): string {
  const { format, quality, name, existing, stripPrivate } = output;
  return JSON.stringify([family, scale, strength, format, quality, name, existing, stripPrivate]);
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

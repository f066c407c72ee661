import { type ClipOutput, clipSteps, type InterpolateStep } from '../../../contract/clip-recipe.ts';
import type { ClipPreset, ModelView, PresetView } from '../../../contract/views.ts';
import { type ClipSettings, DEFAULT_CLIP } from '../../app/store.ts';
import { t } from '../../ui/words.ts';
import { rateText } from './rates.ts';

/** What most people come for, on every machine. */
export function builtInPresets(): ClipPreset[] {
  const preset = (name: string, step: Partial<InterpolateStep>): ClipPreset => ({
    studio: 'interpolate',
    name,
    steps: [{ ...DEFAULT_CLIP.step, cuts: { added: [], removed: [] }, ...step }],
    output: DEFAULT_CLIP.output,
  });
  return [
    preset(t('interpolate.presets.smooth'), { fps: '60' }),
    preset(t('interpolate.presets.slow'), { fps: '1x', slow: 4 }),
    // Drawings that are held for two frames or three move on every one.
    preset(t('interpolate.presets.animation'), { fps: '2x', duplicates: 'drop' }),
  ];
}

/** The settings under a name. What was marked in one clip is no part of it, nor is a folder. */
export function clipPresetOf(name: string, { step, output }: ClipSettings): ClipPreset {
  return { studio: 'interpolate', name, steps: [{ ...step, cuts: { added: [], removed: [] } }], output };
}

/** The settings with what a preset says, and the rest as it is; undefined where its model is not known here. */
export function withClipPreset(
  { steps: [step], output }: ClipPreset,
  settings: ClipSettings,
  models: readonly ModelView[],
): ClipSettings | undefined {
  if (step.model !== undefined && !models.some(({ id }) => id === step.model)) return undefined;
  const { from: _from, to: _to, cuts: _cuts, ...steps } = step;
  // A rate of pictures belongs to them and not to what becomes of them.
  return { ...settings, step: { ...steps, rate: settings.step.rate }, output };
}

/** The preset that the settings are, as long as nothing of it was changed. */
export function clipPresetNow(
  presets: readonly ClipPreset[],
  settings: ClipSettings,
): ClipPreset | undefined {
  const now = plain(settings);
  return presets.find((preset) => {
    const { from: _from, to: _to, cuts: _cuts, ...step } = preset.steps[0];
    return plain({ step: { ...step, rate: settings.step.rate }, output: preset.output }) === now;
  });
}

/** In one order, so that it can be compared. */
function plain({ step, output }: Pick<ClipSettings, 'step' | 'output'>): string {
  const { model, fps, slow, scene, duplicates, rate } = clipSteps.parse(step);
  const { codec, quality, container, audio, name, existing }: ClipOutput = output;
  return JSON.stringify([
    ...[model, fps, slow, scene, duplicates, rate],
    ...[codec, quality, container, audio, name, existing],
  ]);
}

/** "60 a second, H.264"; with a number where that is taken. */
export function freeClipName({ step, output }: ClipSettings, taken: readonly PresetView[]): string {
  const rate = rateText(step);
  const name = [
    step.slow > 1 ? t('interpolate.presets.slower', { slow: step.slow }) : rate,
    ...(output.codec === 'h264' ? [] : [t(`interpolate.codecs.${output.codec}`)]),
  ].join(', ');
  const isTaken = (wanted: string) => taken.some((preset) => preset.name === wanted);
  if (!isTaken(name)) return name;
  let number = 2;
  while (isTaken(`${name} (${number})`)) number++;
  return `${name} (${number})`;
}

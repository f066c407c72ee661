import type { PresetView } from '../../contract/views.ts';
import { getState, goTo, setState } from '../app/store.ts';
import { t } from '../ui/words.ts';
import { withStep } from './generate/presets.ts';
import { builtInPresets, withClipPreset } from './interpolate/presets.ts';
import { withPreset } from './restore/presets.ts';
import { withStylePreset } from './style/presets.ts';

/**
 * Makes a studio's settings those of a preset, and shows it; one whose model is not known changes nothing, nor does one
 * whose pictures are not on the shelf, which is said.
 */
export function choosePreset({ studio, name }: Pick<PresetView, 'studio' | 'name'>): void {
  const { presets, settings, clip, style, generate, models } = getState();
  const preset = [...builtInPresets(), ...presets].find(
    (each) => each.studio === studio && each.name === name,
  );
  if (preset?.studio === 'restore') {
    const made = withPreset(preset, settings, models);
    if (!made) return;
    goTo(studio);
    setState({ settings: made });
  } else if (preset?.studio === 'style') {
    goTo(studio);
    if (preset.missing)
      setState({
        notice: {
          code: 'input/unreadable',
          message: t('presets.missing', { name, pictures: preset.missing.join(', ') }),
          hint: t('presets.missingHint'),
        },
      });
    else setState({ style: withStylePreset(preset, style, () => crypto.randomUUID()) });
  } else if (preset?.studio === 'generate') {
    goTo(studio);
    const { step, output } = preset;
    setState({ generate: { ...withStep(step, generate), output }, shownMade: undefined });
  } else if (preset) {
    const made = withClipPreset(preset, clip, models);
    if (!made) return;
    goTo(studio);
    setState({ clip: made });
  }
}

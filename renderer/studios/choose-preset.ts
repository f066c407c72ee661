import type { PresetView } from '../../contract/views.ts';
import { getState, goTo, setState } from '../app/store.ts';
import { builtInPresets, withClipPreset } from './interpolate/presets.ts';
import { withPreset } from './restore/presets.ts';

/** Makes a studio's settings those of a preset, and shows it; one whose model is not known changes nothing. */
export function choosePreset({ studio, name }: Pick<PresetView, 'studio' | 'name'>): void {
  const { presets, settings, clip, models } = getState();
  const preset = [...builtInPresets(), ...presets].find(
    (each) => each.studio === studio && each.name === name,
  );
  if (preset?.studio === 'restore') {
    const made = withPreset(preset, settings, models);
    if (!made) return;
    goTo(studio);
    setState({ settings: made });
  } else if (preset) {
    const made = withClipPreset(preset, clip, models);
    if (!made) return;
    goTo(studio);
    setState({ clip: made });
  }
}

import type { PicturePreset } from '../../../contract/views.ts';
import { useStudio } from '../../app/store.ts';
import { PresetMenu } from '../../inspector/PresetMenu.tsx';
import { freeName, presetNow, presetOf } from './presets.ts';

/** The inspector's settings under names. */
export function PresetSection() {
  const all = useStudio((state) => state.presets);
  const models = useStudio((state) => state.models);
  const settings = useStudio((state) => state.settings);
  const presets = all.filter((preset): preset is PicturePreset => preset.studio === 'restore');
  return (
    <PresetMenu
      presets={presets}
      now={presetNow(presets, settings, models)}
      freeName={() => freeName(settings, models, presets)}
      presetOf={(name) => presetOf(name, settings, models)}
    />
  );
}

import type { StylePreset } from '../../../contract/views.ts';
import { useStudio } from '../../app/store.ts';
import { PresetMenu } from '../../inspector/PresetMenu.tsx';
import { shownLayers } from './layers.ts';
import { freeStyleName, stylePresetNow, stylePresetOf } from './presets.ts';

/** The inspector's settings under names. */
export function PresetSection() {
  const all = useStudio((state) => state.presets);
  const style = useStudio((state) => state.style);
  const pictures = useStudio((state) => state.stylePictures);
  const presets = all.filter((preset): preset is StylePreset => preset.studio === 'style');
  return (
    <PresetMenu
      presets={presets}
      now={stylePresetNow(presets, style)}
      canSave={shownLayers(style.layers).length > 0}
      freeName={() => freeStyleName(style, pictures, presets)}
      presetOf={(name) => stylePresetOf(name, style)}
    />
  );
}

import type { ClipPreset } from '../../../contract/views.ts';
import { useStudio } from '../../app/store.ts';
import { PresetMenu } from '../../inspector/PresetMenu.tsx';
import { builtInPresets, clipPresetNow, clipPresetOf, freeClipName } from './presets.ts';

/** The inspector's settings under names; three of them come with the program. */
export function PresetSection() {
  const all = useStudio((state) => state.presets);
  const clip = useStudio((state) => state.clip);
  const presets = all.filter((preset): preset is ClipPreset => preset.studio === 'interpolate');
  const builtIn = builtInPresets();
  return (
    <PresetMenu
      presets={presets}
      builtIn={builtIn}
      now={clipPresetNow([...presets, ...builtIn], clip)}
      freeName={() => freeClipName(clip, [...builtIn, ...presets])}
      presetOf={(name) => clipPresetOf(name, clip)}
    />
  );
}

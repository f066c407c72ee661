import type { GeneratePreset } from '../../../contract/views.ts';
import { useStudio } from '../../app/store.ts';
import { PresetMenu } from '../../inspector/PresetMenu.tsx';
import { freeGenerateName, generatePresetNow, generatePresetOf } from './presets.ts';

/** The inspector's settings under names. */
export function PresetSection() {
  const all = useStudio((state) => state.presets);
  const settings = useStudio((state) => state.generate);
  const presets = all.filter((preset): preset is GeneratePreset => preset.studio === 'generate');
  return (
    <PresetMenu
      presets={presets}
      now={generatePresetNow(presets, settings)}
      canSave={settings.kind !== 'diffusion' || settings.diffusion.model !== undefined}
      freeName={() => freeGenerateName(settings, presets)}
      presetOf={(name) => generatePresetOf(name, settings)}
    />
  );
}

import { bridge } from '../../app/bridge.ts';
import { changeGenerate } from '../../app/generate-changes.ts';
import { getState, select, setState } from '../../app/store.ts';
import { t } from '../../ui/words.ts';
import { choosePreset } from '../choose-preset.ts';
import { chooseBundle, whileImporting } from './bundles.ts';
import { takeStep } from './make.ts';

/**
 * Files that were dropped on the room: a diffusion model is imported and used, a picture that tells how it was made
 * gives its settings, another one is what the next begins with, a recipe becomes a preset and what is set.
 */
export async function take(files: readonly File[]): Promise<void> {
  if (getState().importingBundle) return;
  const taken = await whileImporting(bridge.takeDropped(files));
  if (!taken) return;
  const { bundle, step, source, presets, missing } = taken;
  if (bundle !== undefined) {
    changeGenerate({ kind: 'diffusion' });
    chooseBundle(bundle);
  }
  const preset = presets.at(-1);
  if (preset !== undefined) choosePreset({ studio: 'generate', name: preset });
  if (step) takeStep(step);
  if (missing.length > 0)
    setState({
      notice: {
        code: 'input/unreadable',
        message: t('generate.missing', { files: missing.join(', ') }),
        hint: t('generate.missingHint'),
      },
    });
  if (source !== undefined) {
    changeGenerate({ kind: 'diffusion' });
    select(source, 'generate');
  }
  if (step || source !== undefined) setState({ shownMade: undefined, besideMade: undefined });
}

import type { DiffusionBundle } from '../../../../../contract/bundle.ts';
import type { DiffusionStep } from '../../../../../contract/diffusion-step.ts';
import { settingsLine } from '../settings-line.ts';

/** Samplers as the web interface of A1111 calls them. */
const NAMES: Readonly<Record<string, string>> = {
  ddim: 'DDIM',
  ddpm: 'DDPM',
  pndm: 'PLMS',
  lms: 'LMS',
  euler: 'Euler',
  euler_a: 'Euler a',
  heun: 'Heun',
  dpm2: 'DPM2',
  dpmpp_2m: 'DPM++ 2M',
  dpmpp_2m_sde: 'DPM++ 2M SDE',
  unipc: 'UniPC',
  lcm: 'LCM',
};
const SPACINGS: Readonly<Record<string, string>> = { karras: ' Karras', exponential: ' Exponential' };

/** The settings of a picture in the text that A1111's web interface writes into files, and many programs read. */
export function parametersOf(
  step: DiffusionStep,
  bundle: Pick<DiffusionBundle, 'name' | 'imported'>,
  made: { seed: number; width: number; height: number; isFromPicture: boolean; software: string },
): string {
  const [sampler = '', spacing = ''] = step.sampler.split(':');
  const settings = settingsLine([
    ['Steps', step.steps],
    ['Sampler', `${NAMES[sampler] ?? sampler}${SPACINGS[spacing] ?? ''}`],
    ['CFG scale', step.guidance],
    ['Seed', made.seed],
    ['Size', `${made.width}x${made.height}`],
    ['Model hash', bundle.imported.sha256.slice(0, 10)],
    ['Model', bundle.name.replaceAll(',', ' ')],
    ['Denoising strength', made.isFromPicture ? step.strength : undefined],
    // They count the last layer as the first.
    ['Clip skip', step.clipSkip > 0 ? step.clipSkip + 1 : undefined],
    ['Hires upscale', step.hires?.scale],
    ['Hires denoising strength', step.hires?.strength],
    ['Version', made.software],
  ]);
  const negative = step.negative === '' ? [] : [`Negative prompt: ${step.negative}`];
  return [step.prompt, ...negative, settings].join('\n');
}

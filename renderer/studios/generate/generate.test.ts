import { describe, expect, it } from 'vitest';
import type { GenerateSettings } from '../../../contract/generate-settings.ts';
import type { BundleView } from '../../../contract/made.ts';
import { DEFAULT_GENERATE } from '../../app/generate-state.ts';
import { freeGenerateName, generatePresetNow, generatePresetOf, withStep } from './presets.ts';
import { whyNotMake } from './reasons.ts';
import { usualSizes } from './usual-sizes.ts';

const TINY: BundleView = {
  id: 'tiny',
  name: 'Tiny',
  family: 'sd1',
  nativeSize: 512,
  bytes: 1,
  fillsIn: false,
};

function words(patch: Partial<GenerateSettings['diffusion']> = {}): GenerateSettings {
  const diffusion = { ...DEFAULT_GENERATE.diffusion, model: 'tiny', prompt: 'a fox', ...patch };
  return { ...DEFAULT_GENERATE, diffusion };
}

function pattern(patch: Partial<GenerateSettings['rule']> = {}): GenerateSettings {
  return { ...DEFAULT_GENERATE, kind: 'rule', rule: { ...DEFAULT_GENERATE.rule, ...patch } };
}

function latent(patch: Partial<GenerateSettings['latent']> = {}): GenerateSettings {
  return { ...DEFAULT_GENERATE, kind: 'latent', latent: { ...DEFAULT_GENERATE.latent, ...patch } };
}

const why = (generate: GenerateSettings, bundles = [TINY]) =>
  whyNotMake({ generate, bundles, models: [{ id: 'omniart-eyes', installed: true }] });

describe('why nothing can be made', () => {
  it('is nothing where all is said', () => {
    expect(why(words())).toEqual([]);
    expect(why(pattern(), [])).toEqual([]);
    expect(why(latent(), [])).toEqual([]);
  });

  it('is a model that is missing, or a prompt', () => {
    expect(why(words({ prompt: ' ' }), [])).toEqual([
      'Import a diffusion model first.',
      'Say what is to be seen.',
    ]);
    expect(why(words({ model: 'gone' }))).toEqual(['Choose a model.']);
  });

  it.each([
    [words({ width: 500 }), /multiples of 8/],
    [words({ steps: 0 }), /Steps/],
    [words({ guidance: Number.NaN }), /Guidance/],
    [{ ...words({ seed: -1 }), isSeedFixed: true }, /seed/],
    [{ ...words(), count: 0 }, /pictures/],
    [{ ...words(), output: { ...DEFAULT_GENERATE.output, format: 'svg' as const } }, /SVG/],
    [{ ...words(), output: { ...DEFAULT_GENERATE.output, name: '{scale}' } }, /\{scale\}/],
    [pattern({ rule: 'quilt' }), /picture that the pattern is made from/],
    [pattern({ width: 8 }), /16 to 16384/],
    [{ ...pattern(), output: { ...DEFAULT_GENERATE.output, format: 'svg' as const } }, /cannot be an SVG/],
    [latent({ model: 'gone' }), /Install the model/],
    [latent({ seeds: [{ seed: Number.NaN, weight: 1 }] }), /seed/],
    [{ ...latent(), output: { ...DEFAULT_GENERATE.output, format: 'svg' as const } }, /cannot be an SVG/],
  ])('is a value that cannot be', (settings, reason) => {
    expect(why(settings)).toEqual([expect.stringMatching(reason)]);
  });

  it('is no seed that nobody keeps', () => {
    expect(why(words({ seed: Number.NaN }))).toEqual([]);
  });
});

describe('presets', () => {
  it('hold what makes the next picture, and say when the settings are one of them', () => {
    const preset = generatePresetOf('Fox', words());
    const other = generatePresetOf('Cells', pattern({ rule: 'voronoi', settings: { cells: 12 } }));
    expect(generatePresetNow([other, preset], words())).toBe(preset);
    expect(generatePresetNow([other, preset], words({ steps: 9 }))).toBeUndefined();
    const settings = withStep(other.step, words());
    expect(settings.kind).toBe('rule');
    expect(settings.diffusion.prompt).toBe('a fox');
    expect(generatePresetNow([other, preset], settings)).toBe(other);
    const eyes = generatePresetOf('Eyes', latent({ condition: 'blue' }));
    expect(generatePresetNow([other, eyes], withStep(eyes.step, settings))).toBe(eyes);
  });

  it('are called after what they make', () => {
    expect(freeGenerateName(words({ prompt: '(a fox:1.2), in snow' }), [])).toBe('a fox in snow');
    expect(freeGenerateName(pattern(), [generatePresetOf('Noise', pattern())])).toBe('Noise (2)');
    expect(freeGenerateName(latent({ condition: 'blue' }), [])).toBe('omniart-eyes, blue');
  });
});

it('offers sizes with about as many pixels as the model was trained with', () => {
  for (const native of [512, 768, 1024])
    for (const { width, height } of usualSizes(native)) {
      expect([width % 64, height % 64]).toEqual([0, 0]);
      expect(Math.abs(Math.log2((width * height) / native ** 2))).toBeLessThan(0.25);
    }
  expect(usualSizes(128)[0]).toEqual({ width: 128, height: 128 });
});

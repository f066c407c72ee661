import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ModelView } from '../../../contract/views.ts';
import { DEFAULT_SETTINGS, type RestoreSettings } from '../../app/store.ts';
import { freeName, presetNow, presetOf, withPreset } from './presets.ts';

function model(family: string, scale: number): ModelView {
  const words = { goodFor: '', authors: '', licence: '' };
  const name = `${family.toUpperCase()} x${scale}`;
  const facts = {
    task: 'upscale',
    character: 'faithful',
    installed: true,
    bundled: false,
    bytes: 1,
  } as const;
  return { id: `${family}-x${scale}`, name, family, scale, ...words, ...facts };
}

const models = [model('span', 2), model('span', 4), model('drawn', 4)];
const folder = { id: 'a folder', name: 'results' };
/** Steps that keep the size: the enlargement is the one that the inspector shows. */
const others = fc.array(
  fc.record({
    studio: fc.constant('restore' as const),
    task: fc.constantFrom('denoise' as const, 'deblur' as const),
    strength: fc.constantFrom(0.5, 1),
  }),
  { maxLength: 2 },
);
const any: fc.Arbitrary<RestoreSettings> = fc.record({
  family: fc.constantFrom('span', 'drawn'),
  scale: fc.constantFrom(2, 3, 4, 8),
  strength: fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100),
  before: others,
  after: others,
  output: fc.record({
    format: fc.constantFrom('same', 'png', 'jpeg'),
    quality: fc.integer({ min: 1, max: 100 }),
    name: fc.constantFrom('{name}', '{name}_{model}'),
    existing: fc.constantFrom('skip', 'overwrite', 'rename'),
    stripPrivate: fc.boolean(),
  }),
});

it('gives every setting back but the folder, and is then the one that is chosen', () => {
  fc.assert(
    fc.property(any, any, (kept, other) => {
      const preset = presetOf('Letters', { ...kept, folder }, models);
      expect(JSON.stringify(preset)).not.toContain('results');
      const made = withPreset(preset, { ...other, folder }, models)!;
      expect(made).toEqual({ ...kept, folder });
      expect(presetNow([preset], made, models)?.name).toBe('Letters');
      expect(presetNow([preset], { ...made, scale: made.scale === 2 ? 3 : 2 }, models)).toBeUndefined();
    }),
  );
});

it('changes nothing where its model is not there', () => {
  const preset = presetOf('Letters', DEFAULT_SETTINGS, models);
  expect(withPreset(preset, DEFAULT_SETTINGS, [model('drawn', 4)])).toBeUndefined();
});

it('has a name to begin with that is not taken', () => {
  expect(freeName(DEFAULT_SETTINGS, models, [])).toBe('SPAN ×2');
  const png = { ...DEFAULT_SETTINGS, output: { ...DEFAULT_SETTINGS.output, format: 'png' as const } };
  const first = presetOf(freeName(png, models, []), png, models);
  expect(first.name).toBe('SPAN ×2, PNG');
  const second = presetOf(freeName(png, models, [first]), png, models);
  expect(second.name).toBe('SPAN ×2, PNG (2)');
  expect(freeName(png, models, [first, second])).toBe('SPAN ×2, PNG (3)');
  expect(freeName({ ...png, family: 'drawn', scale: 4 }, models, [])).toBe('DRAWN ×4, PNG');
});

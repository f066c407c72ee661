import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { StyleLook } from '../../../contract/style-settings.ts';
import { DEFAULT_STYLE, plainLayer, type StyleSettings } from '../../app/store.ts';
import { freeStyleName, stylePresetNow, stylePresetOf, withStylePreset } from './presets.ts';

const wave = '2f0c6a52-90d1-4f52-9d57-4a0f2d1c8f11';
const share = fc.integer({ min: 1, max: 100 }).map((percent) => percent / 100);
const look: fc.Arbitrary<StyleLook> = fc.record({
  styles: fc.constantFrom(
    [{ from: { builtIn: 3 }, weight: 1 }],
    [
      { from: { builtIn: 3 }, weight: 0.25 },
      { from: { picture: wave }, weight: 1 },
    ],
  ),
  strength: share,
  keptColour: share,
  brush: fc.constantFrom(0.5, 1, 2),
  detail: share,
  exact: fc.boolean(),
});
const layer = fc.record(
  {
    id: fc.uuid(),
    label: fc.constantFrom('Sky', 'Sea'),
    look,
    opacity: share,
    blend: fc.constantFrom('normal' as const, 'multiply' as const),
    isShown: fc.boolean(),
  },
  { requiredKeys: ['id', 'look', 'opacity', 'blend', 'isShown'] },
);
const any: fc.Arbitrary<StyleSettings> = fc
  .record({
    layers: fc.array(layer, { minLength: 1, maxLength: 4 }),
    format: fc.constantFrom('same' as const, 'png' as const),
  })
  .map(({ layers, format }) => ({
    layers: [...layers, { ...layers[0]!, id: 'shown', isShown: true }],
    layer: layers[0]!.id,
    output: { ...DEFAULT_STYLE.output, format },
  }));
const newIds = () => {
  let count = 0;
  return () => `new${count++}`;
};

it('gives every shown layer back, and is then the one that is chosen until something is changed', () => {
  fc.assert(
    fc.property(any, any, (kept, other) => {
      const preset = stylePresetOf('Sea', { ...kept, folder: 'beside' });
      expect(JSON.stringify(preset)).not.toContain('beside');
      const made = withStylePreset(preset, { ...other, folder: 'beside' }, newIds());
      expect(made.folder).toBe('beside');
      expect(stylePresetOf('Sea', made)).toEqual(preset);
      expect(made.layers.some(({ id }) => id === made.layer)).toBe(true);
      expect(new Set(made.layers.map(({ id }) => id)).size).toBe(made.layers.length);
      expect(stylePresetNow([preset], made)?.name).toBe('Sea');
      expect(stylePresetNow([preset], kept)?.name).toBe('Sea');
      const [first, ...rest] = made.layers;
      const opacity = first!.opacity === 1 ? 0.5 : 1;
      expect(
        stylePresetNow([preset], { ...made, layers: [{ ...first!, opacity }, ...rest] }),
      ).toBeUndefined();
    }),
  );
});

it('layers keep their ids by their place, so that what was painted stays', () => {
  const settings = { ...DEFAULT_STYLE, layers: [plainLayer('a')], layer: 'a' };
  const styled = { ...plainLayer('x').look, styles: [{ from: { builtIn: 1 }, weight: 1 }] };
  const { id: _, isShown: __, ...one } = { ...plainLayer('x'), look: styled };
  const preset = { ...stylePresetOf('Two', DEFAULT_STYLE), layers: [one, one] };
  expect(withStylePreset(preset, settings, newIds()).layers.map(({ id }) => id)).toEqual(['a', 'new0']);
});

it('one whose pictures are missing is not what is set', () => {
  const preset = { ...stylePresetOf('Sea', DEFAULT_STYLE), missing: ['wave.png'] };
  expect(stylePresetNow([preset], DEFAULT_STYLE)).toBeUndefined();
});

it('has a name to begin with that is not taken and not too long', () => {
  const styled = (...numbers: number[]): StyleSettings => {
    const styles = numbers.map((builtIn) => ({ from: { builtIn }, weight: 1 }));
    const one = plainLayer('a');
    return { ...DEFAULT_STYLE, layers: [{ ...one, look: { ...one.look, styles } }] };
  };
  const first = freeStyleName(styled(2, 6), [], []);
  expect(first).toBe('Style 3 + Style 7');
  expect(freeStyleName(styled(2, 6), [], [stylePresetOf(first, styled(2, 6))])).toBe('Style 3 + Style 7 (2)');
  const long = [{ id: wave, name: `${'wave'.repeat(30)}.png` }];
  const own = styled(1);
  const named = { ...own.layers[0]!.look, styles: [{ from: { picture: wave }, weight: 1 }] };
  expect(
    freeStyleName({ ...own, layers: [{ ...own.layers[0]!, look: named }] }, long, []).length,
  ).toBeLessThan(70);
});

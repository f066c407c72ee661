import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NO_TASTE, type ShelfStyle, type StyleTaste } from '../../contract/style-settings.ts';
import { favoured, tasteOf, usedAgain } from './taste.ts';

const [wave, night] = ['2f0c6a52-90d1-4f52-9d57-4a0f2d1c8f11', '7b7cbf0e-5f2e-4c7b-8e55-0c7c9b1d2a33'];
const style: fc.Arbitrary<ShelfStyle> = fc.oneof(
  fc.integer({ min: 0, max: 3 }).map((builtIn) => ({ builtIn })),
  fc.constantFrom(wave, night).map((picture) => ({ picture })),
);
const after = (paintings: ShelfStyle[][]) => paintings.reduce<StyleTaste>(usedAgain, NO_TASTE);
const times = ({ used }: StyleTaste, builtIn: number) =>
  used.find(({ from }) => 'builtIn' in from && from.builtIn === builtIn)?.times ?? 0;

it('a favourite is there once, and gone once it is taken back', () => {
  fc.assert(
    fc.property(fc.array(style), style, (others, from) => {
      const before = others.reduce((taste, each) => favoured(taste, each, true), NO_TASTE);
      const liked = favoured(before, from, true);
      expect(liked.favourites.filter((each) => JSON.stringify(each) === JSON.stringify(from))).toHaveLength(
        1,
      );
      expect(liked.favourites[0]).toEqual(from);
      expect(favoured(liked, from, false).favourites).not.toContainEqual(from);
    }),
  );
});

it('what was used lately counts more than what was used as often long ago, and fades away', () => {
  const lately = after([[{ builtIn: 1 }], [{ builtIn: 2 }]]);
  expect(times(lately, 2)).toBeGreaterThan(times(lately, 1));
  const long = after([[{ builtIn: 1 }], ...Array.from({ length: 60 }, () => [{ builtIn: 2 }])]);
  expect(times(long, 1)).toBe(0);
});

it('no count grows without end, and each style is counted once', () => {
  fc.assert(
    fc.property(fc.array(fc.array(style, { maxLength: 4 }), { maxLength: 60 }), (paintings) => {
      const { used } = after(paintings);
      expect(new Set(used.map(({ from }) => JSON.stringify(from))).size).toBe(used.length);
      for (const each of used) expect(each.times).toBeLessThanOrEqual(10);
    }),
  );
});

it('a picture that is off the shelf is liked no more', () => {
  const liked = favoured(
    favoured(after([[{ picture: wave }]]), { picture: wave }, true),
    { builtIn: 3 },
    true,
  );
  expect(tasteOf(liked, (id) => id === night)).toEqual({ favourites: [{ builtIn: 3 }], used: [] });
  expect(tasteOf(liked, (id) => id === wave)).toEqual(liked);
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MOST_MIXED, type StyleLook, styleLook } from '../../../contract/style-settings.ts';
import { BUILT_IN_STYLES } from '../../../contract/tasks.ts';
import { DEFAULT_STYLE, lookOf } from '../../app/store.ts';
import { isSame, nameOf, only, shareOf, surprise, toggled, withWeight } from './shelf.ts';

const look: StyleLook = lookOf(DEFAULT_STYLE);
const anyStyle = fc.integer({ min: 0, max: BUILT_IN_STYLES - 1 }).map((builtIn) => ({ builtIn }));
const picture = { picture: '2f0c6a52-90d1-4f52-9d57-4a0f2d1c8f11' };

describe('a mixture', () => {
  it('is what it was after a style was chosen and taken away', () => {
    fc.assert(
      fc.property(
        anyStyle,
        fc.uniqueArray(anyStyle, { maxLength: MOST_MIXED - 1, comparator: isSame }),
        (from, others) => {
          const before = {
            ...look,
            styles: others.filter((each) => !isSame(each, from)).map((each) => ({ from: each, weight: 1 })),
          };
          expect(toggled(toggled(before, from), from)).toEqual(before);
        },
      ),
    );
  });

  it('holds no more than it can, and each style once', () => {
    fc.assert(
      fc.property(fc.array(anyStyle, { maxLength: 30 }), (chosen) => {
        const { styles } = chosen.reduce(toggled, look);
        expect(styles.length).toBeLessThanOrEqual(MOST_MIXED);
        styles.forEach(({ from }, at) => {
          expect(styles.findIndex((each) => isSame(each.from, from))).toBe(at);
        });
      }),
    );
  });

  it('has shares that add up to one', () => {
    const mixed = withWeight(toggled(toggled(look, { builtIn: 3 }), picture), picture, 0.25);
    expect(shareOf(mixed, { builtIn: 3 })).toBeCloseTo(0.8);
    expect(shareOf(mixed, picture)).toBeCloseTo(0.2);
    expect(shareOf(mixed, { builtIn: 4 })).toBe(0);
    expect(shareOf(withWeight(only(look, picture), picture, 0), picture)).toBe(0);
  });
});

it('a surprise is a look that can be painted, and not the one before', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 4, maxLength: 4 }),
      (numbers) => {
        let at = 0;
        const made = surprise(only(look, { builtIn: 7 }), () => numbers[at++ % 4]!);
        expect(styleLook.safeParse(made).success).toBe(true);
        expect(made.styles.length).toBeGreaterThan(0);
        expect(made.styles.some(({ from }) => isSame(from, { builtIn: 7 }))).toBe(false);
      },
    ),
  );
});

it('a style is called by its number, or by its picture', () => {
  expect(nameOf({ builtIn: 0 }, [])).toBe('Style 1');
  expect(nameOf(picture, [{ id: picture.picture, name: 'wave.jpg' }])).toBe('Style of wave.jpg');
});

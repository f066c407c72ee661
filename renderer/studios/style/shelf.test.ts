import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSameStyle, MOST_MIXED, NO_TASTE, type StyleLook } from '../../../contract/style-settings.ts';
import { BUILT_IN_STYLES } from '../../../contract/tasks.ts';
import { DEFAULT_STYLE, lookOf } from '../../app/store.ts';
import { joined, nameOf, only, onShelf, toggled, withShares, withWeight } from './shelf.ts';

const look: StyleLook = lookOf(DEFAULT_STYLE);
const anyStyle = fc.integer({ min: 0, max: BUILT_IN_STYLES - 1 }).map((builtIn) => ({ builtIn }));
const picture = { picture: '2f0c6a52-90d1-4f52-9d57-4a0f2d1c8f11' };

/** What share a style has of the mixture, 0..1. */
function shareOf({ styles }: StyleLook, from: StyleLook['styles'][number]['from']): number {
  const sum = styles.reduce((total, { weight }) => total + weight, 0);
  const own = styles.find((each) => isSameStyle(each.from, from))?.weight ?? 0;
  return sum > 0 ? own / sum : 0;
}

describe('a mixture', () => {
  it('is what it was after a style was chosen and taken away', () => {
    fc.assert(
      fc.property(
        anyStyle,
        fc.uniqueArray(anyStyle, { maxLength: MOST_MIXED - 1, comparator: isSameStyle }),
        (from, others) => {
          const before = {
            ...look,
            styles: others
              .filter((each) => !isSameStyle(each, from))
              .map((each) => ({ from: each, weight: 1 })),
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
          expect(styles.findIndex((each) => isSameStyle(each.from, from))).toBe(at);
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

  it('gives a style that joins it an even share, whatever the others add up to', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 1, maxLength: 3 }),
        (weights) => {
          const styles = weights.map((weight, builtIn) => ({ from: { builtIn }, weight }));
          const mixed = joined({ ...look, styles }, picture);
          expect(shareOf(mixed, picture)).toBeCloseTo(1 / (weights.length + 1));
          expect(mixed.styles.at(-1)!.weight).toBeLessThanOrEqual(1);
          expect(joined(mixed, picture)).toBe(mixed);
        },
      ),
    );
    const nothing = withWeight(only(look, picture), picture, 0);
    expect(shareOf(joined(nothing, { builtIn: 3 }), { builtIn: 3 })).toBe(1);
  });

  it('takes the shares of the pad, in the order of its styles', () => {
    const mixed = withShares(toggled(only(look, { builtIn: 3 }), picture), [0.123456, 0.876544]);
    expect(mixed.styles.map(({ weight }) => weight)).toEqual([0.1235, 0.8765]);
  });
});

it('a style is called by its number, or by its picture', () => {
  expect(nameOf({ builtIn: 0 }, [])).toBe('Style 1');
  expect(nameOf(picture, [{ id: picture.picture, name: 'wave.jpg' }])).toBe('Style of wave.jpg');
});

it('the shelf has favourites first, the own before those that are built in, and each style once', () => {
  const favourites = [{ builtIn: 7 }, picture];
  const other = { id: '7b7cbf0e-5f2e-4c7b-8e55-0c7c9b1d2a33', name: 'night.jpg' };
  const shelf = onShelf([other, { id: picture.picture, name: 'wave.jpg' }], { ...NO_TASTE, favourites });
  expect(shelf.slice(0, 4)).toEqual([picture, { builtIn: 7 }, { picture: other.id }, { builtIn: 0 }]);
  expect(shelf).toHaveLength(BUILT_IN_STYLES + 2);
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  isSameStyle,
  NO_TASTE,
  type ShelfStyle,
  type StyleLook,
  styleLook,
} from '../../../contract/style-settings.ts';
import { DEFAULT_STYLE, lookOf } from '../../app/store.ts';
import { only, onShelf } from './shelf.ts';
import { surprise } from './surprise.ts';

const look: StyleLook = { ...lookOf(DEFAULT_STYLE), detail: 0.3, exact: true };
const picture = { picture: '2f0c6a52-90d1-4f52-9d57-4a0f2d1c8f11' };
const all = onShelf([{ id: picture.picture, name: 'wave.jpg' }], NO_TASTE);
const style = fc.constantFrom(...all);
const anyTaste = fc.record({
  favourites: fc.uniqueArray(style, { maxLength: 5, comparator: isSameStyle }),
  used: fc.array(fc.record({ from: style, times: fc.double({ min: 0, max: 10, noNaN: true }) }), {
    maxLength: 5,
  }),
});
const seed = fc.integer({ min: 1, max: 2 ** 31 - 2 });

/** Evenly spread, and the same for the same seed (Lehmer, MINSTD). */
function chance(from: number): () => number {
  let state = from;
  return () => {
    state = (state * 48271) % 2147483647;
    return (state - 1) / 2147483646;
  };
}

it('a surprise can be painted, is not what was chosen before, and leaves detail and measuring alone', () => {
  fc.assert(
    fc.property(seed, anyTaste, (from, taste) => {
      const before = only(look, { builtIn: 7 });
      const made = surprise(before, all, taste, chance(from));
      expect(styleLook.safeParse(made).success).toBe(true);
      expect(made.styles.length).toBeGreaterThan(0);
      expect(made.styles.some((each) => isSameStyle(each.from, { builtIn: 7 }))).toBe(false);
      expect(made).toMatchObject({ detail: 0.3, exact: true });
      expect(made.strength).toBeGreaterThanOrEqual(0.6);
      expect(made.keptColour).toBeLessThanOrEqual(0.7);
      expect(Math.abs(Math.log2(made.brush))).toBeLessThanOrEqual(1);
    }),
  );
});

it('two favourites or more are all that is drawn from', () => {
  const favourites: ShelfStyle[] = [{ builtIn: 2 }, picture, { builtIn: 9 }];
  fc.assert(
    fc.property(seed, (from) => {
      const { styles } = surprise(look, all, { favourites, used: [] }, chance(from));
      for (const each of styles) expect(favourites.some((liked) => isSameStyle(liked, each.from))).toBe(true);
    }),
  );
});

it('where all favourites are chosen already it still draws of them', () => {
  const favourites: ShelfStyle[] = [{ builtIn: 2 }, { builtIn: 3 }];
  const chosen = { ...look, styles: favourites.map((from) => ({ from, weight: 1 })) };
  const { styles } = surprise(chosen, all, { favourites, used: [] }, chance(5));
  expect(favourites).toContainEqual(styles[0]!.from);
});

it('what was used lately comes more often, and the rest still comes', () => {
  const used = [{ from: { builtIn: 4 }, times: 9 }];
  const random = chance(11);
  const first = Array.from(
    { length: 2000 },
    () => surprise(look, all, { favourites: [], used }, random).styles[0]!.from,
  );
  const times = (from: ShelfStyle) => first.filter((each) => isSameStyle(each, from)).length;
  // 10 of 36 chances against 1 of 36.
  expect(times({ builtIn: 4 })).toBeGreaterThan(5 * times({ builtIn: 5 }));
  for (const from of all) expect(times(from)).toBeGreaterThan(0);
});

it('strokes, colours and strength differ from one surprise to the next', () => {
  const random = chance(3);
  const made = Array.from({ length: 60 }, () => surprise(look, all, NO_TASTE, random));
  for (const of of ['brush', 'keptColour', 'strength'] as const)
    expect(new Set(made.map((each) => each[of])).size).toBeGreaterThan(4);
});

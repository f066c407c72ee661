import fc from 'fast-check';
import { expect, it } from 'vitest';
import { grownTo, NO_SIDES, outpaintOf, SIDES } from './grow-frame.ts';

const SIZE = { width: 512, height: 384 };

it('grows by multiples of 8, and never inwards', () => {
  expect(grownTo(NO_SIDES, 'left', 61, SIZE)).toEqual({ ...NO_SIDES, left: 64 });
  expect(grownTo(NO_SIDES, 'top', -30, SIZE)).toEqual(NO_SIDES);
  expect(grownTo(NO_SIDES, 'right', Number.NaN, SIZE)).toEqual(NO_SIDES);
});

it('says nothing where the picture stays as large as it is', () => {
  expect(outpaintOf(NO_SIDES)).toBeUndefined();
  expect(outpaintOf({ ...NO_SIDES, bottom: 8 })).toEqual({ ...NO_SIDES, bottom: 8 });
});

it('stays within what can be made, however the sides are moved', () => {
  const moves = fc.array(fc.tuple(fc.constantFrom(...SIDES), fc.integer({ min: -9000, max: 9000 })));
  const side = fc.integer({ min: 64, max: 8192 });
  fc.assert(
    fc.property(moves, side, side, (all, width, height) => {
      const size = { width, height };
      const sides = all.reduce((now, [which, to]) => grownTo(now, which, to, size), NO_SIDES);
      for (const each of SIDES) {
        expect(sides[each] % 8).toBe(0);
        expect(sides[each]).toBeGreaterThanOrEqual(0);
        expect(sides[each]).toBeLessThanOrEqual(4096);
      }
      expect(sides.left + width + sides.right).toBeLessThanOrEqual(8192);
      expect(sides.top + height + sides.bottom).toBeLessThanOrEqual(8192);
    }),
  );
});

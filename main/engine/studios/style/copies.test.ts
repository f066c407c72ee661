import fc from 'fast-check';
import { expect, it } from 'vitest';
import { reducedSize, seenSize } from './copies.ts';

const size = fc.record({
  width: fc.integer({ min: 1, max: 20_000 }),
  height: fc.integer({ min: 1, max: 20_000 }),
});

it('a reduced copy has a legal size, hardly more pixels than are wished, and the picture’s proportions', () => {
  fc.assert(
    fc.property(size, (picture) => {
      const copy = reducedSize(picture, 2 ** 20, 4);
      expect([copy.width % 4, copy.height % 4]).toEqual([0, 0]);
      expect(Math.min(copy.width, copy.height)).toBeGreaterThanOrEqual(4);
      if (Math.min(copy.width, copy.height) < 64) return;
      expect(copy.width * copy.height).toBeLessThan(1.08 * 2 ** 20);
      expect(copy.width / copy.height / (picture.width / picture.height)).toBeCloseTo(1, 0);
    }),
  );
});

it('broad strokes see less of the picture, and never nothing', () => {
  expect(seenSize({ width: 1000, height: 600 }, 2)).toEqual({ width: 500, height: 300 });
  expect(seenSize({ width: 1000, height: 600 }, 0.5)).toEqual({ width: 2000, height: 1200 });
  expect(seenSize({ width: 1, height: 3 }, 4)).toEqual({ width: 1, height: 1 });
});

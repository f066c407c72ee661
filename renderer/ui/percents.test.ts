import fc from 'fast-check';
import { expect, it } from 'vitest';
import { percentsOf } from './percents.ts';

const shares = fc
  .array(fc.double({ min: 0, max: 1000, noNaN: true }), { minLength: 1, maxLength: 6 })
  .filter((weights) => weights.reduce((sum, weight) => sum + weight, 0) > 1e-3);

it('shares add up to 100, each less than 1 from what it is', () => {
  fc.assert(
    fc.property(shares, (weights) => {
      const percents = percentsOf(weights);
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      expect(percents.reduce((sum, percent) => sum + percent, 0)).toBe(100);
      percents.forEach((percent, at) => {
        expect(Number.isInteger(percent)).toBe(true);
        expect(Math.abs(percent - (100 * weights[at]!) / total)).toBeLessThan(1);
      });
    }),
  );
});

it('what is left goes to those of which most was cut off', () => {
  // One by one they would be 34, 34 and 33.
  expect(percentsOf([33.5, 33.5, 33])).toEqual([34, 33, 33]);
  expect(percentsOf([1, 1, 1])).toEqual([34, 33, 33]);
  expect(percentsOf([0.29, 0.71])).toEqual([29, 71]);
  expect(percentsOf([0.25, 0.25, 0.25, 0.25])).toEqual([25, 25, 25, 25]);
  expect(percentsOf([0, 3, 0])).toEqual([0, 100, 0]);
});

it('without shares all have none', () => {
  expect(percentsOf([0, 0])).toEqual([0, 0]);
});

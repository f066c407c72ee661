import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cornersOf, type Place, placeOf, weightsAt } from './pad-place.ts';

const count = fc.constantFrom(2, 3, 4);
const coordinate = fc.double({ min: -0.5, max: 1.5, noNaN: true });
/** On the pad, or dragged past its edge. */
const anywhere: fc.Arbitrary<Place> = fc.record({ x: coordinate, y: coordinate });
const distance = (a: Place, b: Place) => Math.hypot(a.x - b.x, a.y - b.y);

it('at its corner a style is alone', () => {
  for (const styles of [2, 3, 4]) {
    cornersOf(styles)!.forEach((corner, index) => {
      weightsAt(corner, styles).forEach((weight, at) => {
        expect(weight).toBeCloseTo(at === index ? 1 : 0);
      });
    });
  }
});

it('shares add up to 1, and none is below 0', () => {
  fc.assert(
    fc.property(anywhere, count, (place, styles) => {
      const weights = weightsAt(place, styles);
      expect(weights).toHaveLength(styles);
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 9);
      expect(Math.min(...weights)).toBeGreaterThanOrEqual(0);
    }),
  );
});

it('shares change no faster than the handle moves, past the edges too', () => {
  fc.assert(
    fc.property(anywhere, anywhere, count, (a, b, styles) => {
      const before = weightsAt(a, styles);
      weightsAt(b, styles).forEach((weight, at) => {
        // The steepest slope is along the diagonal of the square.
        expect(Math.abs(weight - before[at]!)).toBeLessThanOrEqual(Math.SQRT2 * distance(a, b) + 1e-9);
      });
    }),
  );
});

it('the place of the shares of a place is that place, or the nearest one where styles are mixed', () => {
  fc.assert(
    fc.property(anywhere, anywhere, count, (place, other, styles) => {
      const within = placeOf(weightsAt(place, styles));
      const again = placeOf(weightsAt(within, styles));
      expect(distance(again, within)).toBeLessThan(1e-9);
      const elsewhere = placeOf(weightsAt(other, styles));
      expect(distance(place, within)).toBeLessThanOrEqual(distance(place, elsewhere) + 1e-9);
    }),
  );
});

it('without shares the handle stands in the middle, where all have the same', () => {
  for (const styles of [2, 3, 4]) {
    const middle = placeOf(Array.from({ length: styles }, () => 0));
    for (const weight of weightsAt(middle, styles)) expect(weight).toBeCloseTo(1 / styles);
  }
});

it('a mixture of one style, or of five, has no pad', () => {
  expect(cornersOf(1)).toBeUndefined();
  expect(() => weightsAt({ x: 0, y: 0 }, 5)).toThrow(RangeError);
});

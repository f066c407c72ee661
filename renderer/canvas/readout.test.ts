import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pixelAt } from './readout.ts';

const view = { x: 10, y: 20, scale: 4 };
const content = { width: 3, height: 2 };

it('names the pixel under a point', () => {
  expect(pixelAt({ x: 10, y: 20 }, view, content)).toEqual({ x: 0, y: 0 });
  expect(pixelAt({ x: 21.9, y: 27.9 }, view, content)).toEqual({ x: 2, y: 1 });
});

it('names none beside the picture', () => {
  expect(pixelAt({ x: 9.9, y: 20 }, view, content)).toBeUndefined();
  expect(pixelAt({ x: 22, y: 20 }, view, content)).toBeUndefined();
  expect(pixelAt({ x: 10, y: 28 }, view, content)).toBeUndefined();
});

it('finds every pixel again from its middle', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 999 }),
      fc.integer({ min: 0, max: 799 }),
      fc.double({ min: 0.05, max: 32, noNaN: true }),
      (x, y, scale) => {
        const middle = { x: -50 + (x + 0.5) * scale, y: 7 + (y + 0.5) * scale };
        expect(pixelAt(middle, { x: -50, y: 7, scale }, { width: 1000, height: 800 })).toEqual({ x, y });
      },
    ),
  );
});

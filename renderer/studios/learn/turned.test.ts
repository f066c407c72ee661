import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dragged, FRONT, keyed } from './turned.ts';

const press = (key: string, shiftKey = false) => ({ key, shiftKey });

it('keys move the viewer, with Shift farther', () => {
  expect(keyed(FRONT, press('ArrowRight'))).toEqual({ around: 5, higher: 0 });
  expect(keyed(FRONT, press('ArrowLeft', true))).toEqual({ around: 330, higher: 0 });
  expect(keyed(FRONT, press('ArrowUp'))).toEqual({ around: 0, higher: 5 });
  expect(keyed({ around: 77, higher: -9 }, press('Home'))).toEqual(FRONT);
  expect(keyed(FRONT, press('a'))).toBeUndefined();
});

it('a drag takes the thing along: the viewer goes the other way', () => {
  expect(dragged({ around: 90, higher: 0 }, 100, 0)).toEqual({ around: 50, higher: 0 });
  expect(dragged(FRONT, 0, 50)).toEqual({ around: 0, higher: 20 });
});

it('whatever is dragged or pressed, a view is one that can be asked for', () => {
  const pixels = fc.integer({ min: -5000, max: 5000 });
  fc.assert(
    fc.property(fc.array(fc.tuple(pixels, pixels)), (moves) => {
      const { around, higher } = moves.reduce((view, [x, y]) => dragged(view, x, y), FRONT);
      expect(around).toBeGreaterThanOrEqual(0);
      expect(around).toBeLessThan(360.001);
      expect(Math.abs(higher)).toBeLessThanOrEqual(60);
    }),
  );
});

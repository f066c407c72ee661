import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LossCurve, MOST_POINTS } from './loss-curve.ts';

const losses = fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: 1, maxLength: 3000 });

it('a curve has few points, their steps rise, and the last one is the last step', () => {
  fc.assert(
    fc.property(losses, fc.integer({ min: 1, max: 400 }), (values, each) => {
      const curve = new LossCurve();
      for (let at = 0; at < values.length; at += each) curve.add(at + 1, values.slice(at, at + each));
      const steps = curve.points.map(([step]) => step);
      expect(steps.length).toBeLessThanOrEqual(MOST_POINTS);
      expect(steps).toEqual([...new Set(steps)].toSorted((a, b) => a - b));
      expect(steps.at(-1)).toBe(values.length);
      expect(curve.step).toBe(values.length);
      expect(curve.last).toBe(values.at(-1));
    }),
  );
});

it('it stays between the lowest and the highest loss', () => {
  fc.assert(
    fc.property(losses, (values) => {
      const curve = new LossCurve();
      curve.add(1, values);
      for (const [, loss] of curve.points) {
        expect(loss).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9);
        expect(loss).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
      }
    }),
  );
});

it('steps that are made again after a crash replace what they were', () => {
  const curve = new LossCurve();
  curve.add(1, [5, 4, 3, 2]);
  curve.add(3, [2.5, 1.5]);
  expect(curve.points).toEqual([
    [1, 5],
    [2, 4],
    [3, 2.5],
    [4, 1.5],
  ]);
});

it('a loss that is no number leaves a gap', () => {
  const curve = new LossCurve();
  curve.add(1, [2, Number.NaN, 1]);
  expect(curve.points).toEqual([
    [1, 2],
    [3, 1],
  ]);
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Curve } from '../../../contract/learn-views.ts';
import { lossChart } from './loss-chart.ts';

const curves = fc
  .array(fc.double({ min: -5, max: 1e4, noNaN: true }), { minLength: 2, maxLength: 200 })
  .map((values): Curve => values.map((loss, at) => [at + 1, loss]));

it('every point and every tick lies in the chart, and ticks do not repeat', () => {
  fc.assert(
    fc.property(curves, (curve) => {
      const chart = lossChart(curve)!;
      const places = [...chart.path.matchAll(/-?[\d.]+(?:e-?\d+)?/g)].map(([number]) => Number(number));
      expect(places).toHaveLength(2 * curve.length);
      for (const place of places) {
        expect(place).toBeGreaterThanOrEqual(0);
        expect(place).toBeLessThanOrEqual(1000);
      }
      for (const ticks of [chart.steps, chart.losses]) {
        expect(ticks.length).toBeLessThan(12);
        expect(new Set(ticks.map(({ at }) => at)).size).toBe(ticks.length);
      }
    }),
  );
});

it('a lower loss lies lower', () => {
  expect(
    lossChart([
      [1, 2],
      [2, 1],
    ])!.path,
  ).toBe('M0 45.5L1000 954.5');
});

it('what falls many times over is drawn on a logarithmic scale, with its powers of ten', () => {
  const chart = lossChart([
    [1, 100],
    [50, 1],
    [100, 0.01],
  ])!;
  expect(chart.isLog).toBe(true);
  expect(chart.losses.map(({ value }) => value)).toEqual([0.01, 0.1, 1, 10, 100]);
});

it('losses that fall below nothing, as of two networks against each other, have an even scale', () => {
  expect(
    lossChart([
      [1, 3],
      [2, -0.5],
    ])!.isLog,
  ).toBe(false);
});

it('there is no line of one point', () => {
  expect(lossChart([])).toBeUndefined();
  expect(lossChart([[1, 2]])).toBeUndefined();
});

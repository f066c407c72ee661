import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ratio } from '../../contract/time.ts';
import { gridOf, gridOfResult, momentOf, resultAt, resultRate, resultTime } from './result-grid.ts';

const frames = { times: Array.from({ length: 48 }, (_, i) => i / 24), end: 2, rate: ratio(24) };

it('counts "2x" from the source, and takes a rate that is named as it is', () => {
  expect(resultRate({ fps: '2x', slow: 1 }, ratio(24_000, 1001))).toEqual(ratio(48_000, 1001));
  expect(resultRate({ fps: '59.94', slow: 1 }, ratio(24))).toEqual(ratio(2997, 50));
  expect(resultRate({ slow: 1 }, ratio(24))).toEqual(ratio(48));
  expect(resultRate({ slow: 4 }, ratio(24))).toEqual(ratio(24));
});

it('finds the frame that shows a moment, and that frame’s own moment shows it', () => {
  fc.assert(
    fc.property(fc.constantFrom(1, 2, 4, 8), fc.constantFrom('60', '24000/1001', '50'), (slow, fps) => {
      const grid = gridOf(frames, ratio(24), { fps, slow: slow as 1, from: '1/4', to: '3/2' });
      for (let k = 0; k < grid.count; k += 1) expect(resultAt(grid, momentOf(grid, k))).toBe(k);
      expect(resultAt(grid, 0.2)).toBeUndefined();
      expect(resultAt(grid, 1.6)).toBeUndefined();
    }),
  );
});

it('asks for frames at exact times of the result', () => {
  const grid = gridOf(frames, ratio(24), { fps: '60000/1001', slow: 1 });
  expect(resultTime(grid, 7)).toBe('7007/60000');
});

it('lays a result on the grid of what it was made with, with as many frames as it has', () => {
  const rate = ratio(60);
  const then = { slow: 2 as const, from: '1/2', to: '1' };
  expect(gridOfResult(frames, { rate, framesOut: 61 }, then)).toEqual({
    start: 0.5,
    rate,
    slow: 2,
    count: 61,
  });
});

import { expect, test } from 'vitest';
import { ratio } from '../../../../contract/time.ts';
import { pairAround } from './look-between.ts';

/** Frames at 0, 1/25, 2/25, 3/25. */
const times = { count: 4, timeOf: (i: number) => ratio(i, 25) };

test('a moment between two frames is as far between them as it is', () => {
  expect(pairAround(times, ratio(3, 50))).toEqual({ index: 1, fraction: ratio(1, 2) });
  expect(pairAround(times, ratio(9, 100))).toEqual({ index: 2, fraction: ratio(1, 4) });
});

test("a frame's own moment stands half way to the next", () => {
  expect(pairAround(times, ratio(1, 25))).toEqual({ index: 1, fraction: ratio(1, 2) });
  expect(pairAround(times, ratio(0))).toEqual({ index: 0, fraction: ratio(1, 2) });
});

test('the last frame, and what is behind it, stand half way from the one before', () => {
  for (const moment of [ratio(3, 25), ratio(9)])
    expect(pairAround(times, moment)).toEqual({ index: 2, fraction: ratio(1, 2) });
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compare, parseRational, ratio, toNumber, toText } from '../../contract/time.ts';
import { edgeText, edgeTime, exactly, frameAt, nearestEdge, nearestFrame } from './moments.ts';

/** Time bases of containers, ticks a second. */
const BASES = [24, 25, 600, 1000, 11_988, 15_360, 24_000, 30_000, 90_000];

it('gives back the exact fraction that a double stands for', () => {
  fc.assert(
    fc.property(fc.constantFrom(...BASES), fc.nat(4 * 3600), fc.nat(89_999), (base, second, tick) => {
      const time = ratio(second * base + (tick % base), base);
      expect(exactly(toNumber(time))).toEqual(time);
    }),
  );
  expect(exactly(0)).toEqual({ num: 0, den: 1 });
  expect(exactly(1001 / 24_000)).toEqual({ num: 1001, den: 24_000 });
});

it('rounds to microseconds what no simple fraction is', () => {
  const made = exactly(Math.PI * 1000);
  expect(Math.abs(toNumber(made) - Math.PI * 1000)).toBeLessThan(1e-6);
});

it('puts frames of a constant rate on its grid, across gaps and behind a late beginning', () => {
  const rate = ratio(24_000, 1001);
  const places = [0, 1, 2, 5, 6];
  const times = places.map((place) => 0.021 + (place * 1001) / 24_000);
  const frames = { times, end: 0.021 + (7 * 1001) / 24_000, rate };
  expect(edgeTime(frames, 0)).toEqual(ratio(21, 1000));
  expect(edgeTime(frames, 3)).toEqual(ratio(21 * 24 + 5 * 1001, 24_000));
  expect(edgeTime(frames, 5)).toEqual(ratio(21 * 24 + 7 * 1001, 24_000));
});

it('writes moments that a recipe reads as the same', () => {
  const frames = { times: [0, 0.04, 0.1, 1.234_567], end: 2 };
  for (let i = 0; i <= 4; i += 1)
    expect(compare(parseRational(edgeText(frames, i))!, edgeTime(frames, i))).toBe(0);
  expect(toText(edgeTime(frames, 3))).toBe('1234567/1000000');
});

const rising = fc
  .uniqueArray(fc.integer({ min: 1, max: 10_000 }), { maxLength: 60 })
  .map((later) => [0, ...later.sort((a, b) => a - b).map((millisecond) => millisecond / 1000)]);

it('shows the last frame that has begun', () => {
  fc.assert(
    fc.property(rising, fc.double({ min: 0, max: 15, noNaN: true }), (times, moment) => {
      const i = frameAt(times, moment);
      expect(times[i]!).toBeLessThanOrEqual(moment + 1e-6);
      if (i + 1 < times.length) expect(times[i + 1]!).toBeGreaterThan(moment);
    }),
  );
  expect(frameAt([1, 2], 0)).toBe(0);
});

it('finds the frame and the edge that are nearest', () => {
  fc.assert(
    fc.property(rising, fc.double({ min: 0, max: 15, noNaN: true }), (times, moment) => {
      const off = (time: number) => Math.abs(time - moment);
      const least = Math.min(...times.map(off));
      expect(off(times[nearestFrame(times, moment)]!)).toBeCloseTo(least, 5);
      const end = times.at(-1)! + 0.04;
      const edges = [...times, end];
      const leastEdge = Math.min(...edges.map(off));
      expect(off(edges[nearestEdge({ times, end }, moment)]!)).toBeCloseTo(leastEdge, 5);
    }),
  );
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mul, ratio, round, toNumber } from '../../../contract/time.ts';
import { findGrid, nominalRate, onGrid } from './rates.ts';

const RATES = [
  ratio(24000, 1001),
  ratio(24),
  ratio(25),
  ratio(30000, 1001),
  ratio(30),
  ratio(50),
  ratio(60000, 1001),
  ratio(60),
  ratio(12),
];
const MS = ratio(1, 1000);

/** Timestamps of a rate as a container with that tick rounds them. */
const rounded = (
  count: number,
  rate: { num: number; den: number },
  tick: { num: number; den: number },
  skip: readonly number[] = [],
) =>
  Float64Array.from(
    Array.from({ length: count }, (_, i) => i)
      .filter((i) => !skip.includes(i))
      .map((i) => round(ratio(i * rate.den * tick.den, rate.num * tick.num))),
  );

describe('a constant rate is found behind rounded timestamps', () => {
  test.each(RATES.map((rate) => [`${rate.num}/${rate.den}`, rate] as const))(
    '%s in milliseconds',
    (_, rate) => {
      const grid = findGrid(rounded(2000, rate, MS), MS);
      expect(grid?.rate).toEqual(rate);
      expect(grid?.places.at(-1)).toBe(1999);
    },
  );

  test('in QuickTime ticks of 1/600', () => {
    expect(findGrid(rounded(900, ratio(24000, 1001), ratio(1, 600)), ratio(1, 600))?.rate).toEqual(
      ratio(24000, 1001),
    );
  });

  test('what the file states decides where few frames fit two', () => {
    const ticks = rounded(10, ratio(24000, 1001), MS);
    expect(findGrid(ticks, MS, [ratio(24000, 1001)])?.rate).toEqual(ratio(24000, 1001));
    expect(findGrid(ticks, MS, [ratio(24)])?.rate).toEqual(ratio(24));
  });

  test('gaps stay gaps', () => {
    const grid = findGrid(rounded(100, ratio(25), MS, [10, 11, 12, 50]), MS);
    expect(grid?.rate).toEqual(ratio(25));
    expect([...(grid?.places.slice(8, 12) ?? [])]).toEqual([8, 9, 13, 14]);
  });

  test('an odd rate that nobody states, exactly', () => {
    const ticks = Float64Array.from({ length: 50 }, (_, i) => i * 7);
    expect(findGrid(ticks, ratio(1, 100))?.rate).toEqual(ratio(100, 7));
  });

  test('what varies has none', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 20, max: 90 }), { minLength: 40, maxLength: 60 }), (gaps) => {
        fc.pre(new Set(gaps).size > 15);
        let at = 0;
        const ticks = Float64Array.from([0, ...gaps], (gap) => (at += gap));
        const grid = findGrid(ticks, MS);
        // Whatever is found holds every timestamp within a tick.
        for (const [i, place] of [...(grid?.places ?? [])].entries())
          expect(Math.abs(place / toNumber(mul(grid!.rate, MS)) - ticks[i]!)).toBeLessThanOrEqual(1 + 1e-6);
      }),
    );
    expect(findGrid(Float64Array.from([0, 33, 70, 99, 160, 163, 240, 251]), MS)).toBeUndefined();
  });
});

test('what varies is taken for the nearest rate that films have', () => {
  expect(nominalRate(301, ratio(10))).toEqual(ratio(30));
  expect(nominalRate(241, ratio(1001, 100))).toEqual(ratio(24000, 1001));
  expect(nominalRate(38, ratio(1))).toEqual(ratio(37));
});

describe('a single frame', () => {
  test('has the time that the stated rate gives it, not the one that milliseconds round it to', () => {
    const film = ratio(24_000, 1001);
    for (const i of [0, 1, 2, 25, 143_856])
      expect(onGrid(Math.round((i * 1001) / 24), MS, [film])).toEqual(mul(ratio(i), ratio(1001, 24_000)));
  });

  test('keeps its own where no stated rate has a place for it, or ticks are too coarse to tell', () => {
    expect(onGrid(50, MS, [ratio(25)])).toEqual(ratio(1, 20));
    expect(onGrid(33, MS, [ratio(1000)])).toEqual(ratio(33, 1000));
    expect(onGrid(7, ratio(1, 25), [ratio(25), ratio(50)])).toEqual(ratio(7, 25));
  });
});

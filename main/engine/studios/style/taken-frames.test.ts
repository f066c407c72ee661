import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, compare, type Rational, ratio, sub, toNumber, ZERO } from '../../../../contract/time.ts';
import { TakenFrames } from './taken-frames.ts';

const TICK = ratio(1, 1000);

function timeline(ticks: readonly number[], cuts: readonly number[] = []) {
  return {
    count: ticks.length,
    timeOf: (i: number) => ratio(ticks[i]!, 1000),
    end: ratio(ticks.at(-1)! + 40, 1000),
    grid: undefined,
    gaps: 0,
    isCut: (i: number) => cuts.includes(i),
  };
}

const take = (ticks: readonly number[], from?: Rational, to?: Rational, cuts: readonly number[] = []) =>
  new TakenFrames(timeline(ticks, cuts), { from, to, tick: TICK });

describe('frames of a clip that is painted', () => {
  it('are all of them at their own times, however uneven', () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(gaps, (apart) => {
        let at = 0;
        const ticks = [0, ...apart].map((gap) => {
          at += gap;
          return at;
        });
        const taken = take(ticks);
        expect([taken.first, taken.count]).toEqual([0, ticks.length]);
        for (const [k, tick] of ticks.entries()) expect(taken.of(k)).toEqual(ratio(tick, 1000));
        expect(taken.of(ticks.length)).toEqual(ratio(ticks.at(-1)! + 40, 1000));
      }),
    );
  });

  it('of a part are those that are shown in it, at their times within it', () => {
    const moment = fc.integer({ min: 0, max: 2000 }).map((tick) => ratio(tick, 1000));
    const ticks = [0, 40, 90, 400, 410, 900, 1500, 1990];
    fc.assert(
      fc.property(moment, moment, (a, b) => {
        const [from, to] = compare(a, b) < 0 ? [a, b] : [b, a];
        const taken = take(ticks, from, to);
        if (compare(from, to) === 0) {
          expect(taken.count).toBe(0);
          return;
        }
        expect(taken.count).toBeGreaterThan(0);
        expect(taken.of(0)).toEqual(ZERO);
        for (let k = 1; k < taken.count; k += 1)
          expect(add(from, taken.of(k))).toEqual(ratio(ticks[taken.first + k]!, 1000));
        expect(toNumber(taken.of(taken.count))).toBeCloseTo(toNumber(sub(to, from)), 9);
      }),
    );
  });

  it('begin with the one that is shown then, and end before the one that begins at the end', () => {
    const taken = take([0, 40, 80, 120, 160], ratio(50, 1000), ratio(120, 1000), [0, 2, 4]);
    expect([taken.first, taken.count, taken.cuts]).toEqual([1, 2, 1]);
    expect([taken.of(0), taken.of(1), taken.of(2)].map(toNumber)).toEqual([0, 0.03, 0.07]);
  });

  it('are none where the clip has ended', () => {
    expect(take([0, 40], ratio(80, 1000)).count).toBe(0);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { add, compare, div, mul, type Rational, ratio, sub, toNumber } from '../../../../contract/time.ts';
import type { SourceTimes } from '../../clips/source-times.ts';
import { Placement } from './placement.ts';

/** Frames at ticks of a base; the last one lasts `last` ticks. */
function frames(
  ticks: readonly number[],
  base: Rational,
  last: number,
  cuts: readonly number[] = [],
): SourceTimes {
  const timeOf = (i: number) => mul(ratio(ticks[i]!), base);
  return {
    count: ticks.length,
    timeOf,
    end: add(timeOf(ticks.length - 1), mul(ratio(last), base)),
    isCut: (i) => cuts.includes(i),
  };
}

const even = (count: number, rate: Rational, cuts?: readonly number[]) =>
  frames(
    Array.from({ length: count }, (_, i) => i),
    div(ratio(1), rate),
    1,
    cuts,
  );

describe('every frame where it belongs', () => {
  test('25 to 60: the exact fractions between neighbours, and sources on the grid as they are', () => {
    const placement = new Placement(even(10, ratio(25)), { rate: ratio(60), slow: 1 });
    expect(placement.count).toBe(24);
    expect([0, 1, 2, 3, 12].map((k) => placement.placeOf(k))).toEqual([
      { kind: 'source', index: 0, held: false },
      { kind: 'between', index: 0, fraction: ratio(5, 12) },
      { kind: 'between', index: 0, fraction: ratio(5, 6) },
      { kind: 'between', index: 1, fraction: ratio(1, 4) },
      { kind: 'source', index: 5, held: false },
    ]);
  });

  test('twice as many: every other one is a source', () => {
    const placement = new Placement(even(5, ratio(24000, 1001)), { rate: ratio(48000, 1001), slow: 1 });
    expect(Array.from({ length: placement.count }, (_, k) => placement.placeOf(k).kind).join(' ')).toBe(
      'source between source between source between source between source source',
    );
    // After the last source frame it is held for its duration.
    expect(placement.placeOf(9)).toEqual({ kind: 'source', index: 4, held: true });
  });

  test('the moment that is shown is the moment that it is', () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 15 });
    const rates = fc.constantFrom(
      ratio(24),
      ratio(25),
      ratio(30000, 1001),
      ratio(60),
      ratio(7, 3),
      ratio(120),
    );
    fc.assert(
      fc.property(
        gaps,
        fc.integer({ min: 1, max: 20 }),
        rates,
        fc.constantFrom(1, 2, 4, 8),
        (steps, last, rate, slow) => {
          let at = 0;
          const ticks = [0, ...steps].map((step) => (at += step));
          const source = frames(ticks, ratio(1, 30), last);
          const placement = new Placement(source, { rate, slow });
          for (let k = 0; k < placement.count; k += 1) {
            const moment = placement.momentOf(k);
            expect(mul(moment, ratio(slow))).toEqual(div(ratio(k), rate));
            const place = placement.placeOf(k);
            if (place.kind === 'between') {
              expect(place.fraction.num > 0 && place.fraction.num < place.fraction.den).toBe(true);
              const [a, b] = [source.timeOf(place.index), source.timeOf(place.index + 1)];
              expect(add(a, mul(place.fraction, sub(b, a)))).toEqual(moment);
            } else if (!place.held) expect(source.timeOf(place.index)).toEqual(moment);
            else expect(place.index).toBe(source.count - 1);
          }
          // As long as the source, to half a frame of the result.
          const length = div(ratio(placement.count), rate);
          const off = Math.abs(toNumber(sub(length, mul(source.end, ratio(slow)))));
          if (placement.count > 1) expect(off).toBeLessThanOrEqual(0.5 / toNumber(rate) + 1e-12);
        },
      ),
    );
  });

  test('across a cut the nearer frame is held, and nothing is made', () => {
    const placement = new Placement(even(4, ratio(25), [2]), { rate: ratio(100), slow: 1 });
    expect([4, 5, 6, 7, 8].map((k) => placement.placeOf(k))).toEqual([
      { kind: 'source', index: 1, held: false },
      { kind: 'source', index: 1, held: true },
      { kind: 'source', index: 1, held: true },
      { kind: 'source', index: 2, held: true },
      { kind: 'source', index: 2, held: false },
    ]);
  });

  test('a part begins and ends where it is said', () => {
    const source = even(100, ratio(25));
    const placement = new Placement(source, { rate: ratio(50), slow: 2, from: ratio(1), to: ratio(2) });
    expect(placement.count).toBe(100);
    expect(placement.momentOf(0)).toEqual(ratio(1));
    expect(placement.offset).toEqual(ratio(0));
    expect(compare(placement.momentOf(99), ratio(2))).toBeLessThan(0);
    expect(new Placement(source, { rate: ratio(50), slow: 1, from: ratio(5) }).count).toBe(0);
  });

  test('a picture that begins after its sound keeps its place', () => {
    const source = frames([10, 11, 12], ratio(1, 25), 1);
    const placement = new Placement(source, { rate: ratio(50), slow: 2 });
    expect(placement.offset).toEqual(ratio(20, 25));
    expect(placement.placeOf(0)).toEqual({ kind: 'source', index: 0, held: false });
  });
});

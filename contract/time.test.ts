import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  add,
  ceil,
  compare,
  div,
  floor,
  fromTicks,
  mul,
  parseMoment,
  parseRational,
  ratio,
  round,
  sub,
  toText,
  toTicks,
} from './time.ts';

const some = fc
  .tuple(fc.integer({ min: -1e6, max: 1e6 }), fc.integer({ min: 1, max: 1e5 }))
  .map(([num, den]) => ratio(num, den));

describe('rationals are exact', () => {
  test('what is added is taken off again, what is multiplied is divided again', () => {
    fc.assert(
      fc.property(some, some, (a, b) => {
        expect(sub(add(a, b), b)).toEqual(a);
        if (b.num !== 0) expect(div(mul(a, b), b)).toEqual(a);
      }),
    );
  });

  test('a million periods of 1001/24000 are a million periods', () => {
    let sum = ratio(0);
    const period = ratio(1001, 24000);
    for (let i = 0; i < 10_000; i += 1) sum = add(sum, period);
    expect(sum).toEqual(ratio(10_010_000, 24000));
    expect(mul(ratio(1_000_000), period)).toEqual(ratio(1_001_000_000, 24000));
  });

  test('whole numbers around one', () => {
    fc.assert(
      fc.property(some, (a) => {
        expect(compare(ratio(floor(a)), a)).toBeLessThanOrEqual(0);
        expect(compare(ratio(ceil(a)), a)).toBeGreaterThanOrEqual(0);
        expect(ceil(a) - floor(a)).toBeLessThanOrEqual(1);
        const off = sub(ratio(round(a)), a);
        expect(Math.abs(off.num) * 2).toBeLessThanOrEqual(off.den);
      }),
    );
  });

  test('ticks of a container and back', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 2n ** 40n }),
        fc.constantFrom(1000, 12800, 24000, 90000),
        (ticks, den) => {
          expect(toTicks(fromTicks(ticks, { num: 1, den }), { num: 1, den })).toBe(ticks);
        },
      ),
    );
    // Matroska's milliseconds of 24000/1001.
    const milliseconds = [0, 1, 2, 3].map((i) => toTicks(ratio(i * 1001, 24000), { num: 1, den: 1000 }));
    expect(milliseconds).toEqual([0n, 42n, 83n, 125n]);
  });

  test('what a number cannot hold is refused, not rounded', () => {
    expect(() => ratio(2n ** 60n + 1n, 3n)).toThrow(RangeError);
    expect(() => ratio(1, 0)).toThrow();
  });
});

test('rates as people write them', () => {
  expect(parseRational('25')).toEqual(ratio(25));
  expect(parseRational('24000/1001')).toEqual(ratio(24000, 1001));
  expect(parseRational('23.976')).toEqual(ratio(23976, 1000));
  expect(parseRational('12,5')).toEqual(ratio(25, 2));
  for (const wrong of ['', 'x', '1/0', '-1', '1e3', '0x10', '1/2/3', 'NaN', '99999999999999999']) {
    expect([wrong, parseRational(wrong)]).toEqual([wrong, undefined]);
  }
  expect(toText(ratio(48000, 2002))).toBe('24000/1001');
});

test('moments as people write them', () => {
  expect(parseMoment('1:02:03.5')).toEqual(ratio(3723_5, 10));
  expect(parseMoment('02:03')).toEqual(ratio(123));
  expect(parseMoment('00:00:00.040')).toEqual(ratio(1, 25));
  expect(parseMoment('90')).toEqual(ratio(90));
  expect(parseMoment('1/3')).toEqual(ratio(1, 3));
  for (const wrong of ['1:60', '1:99:00', ':30', '1:2:3:4', '1:00:61']) {
    expect([wrong, parseMoment(wrong)]).toEqual([wrong, undefined]);
  }
});

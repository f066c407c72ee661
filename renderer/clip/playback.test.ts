import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advanced, isWanted, MOST_AT_ONCE, nextSpeed, nextStretch } from './playback.ts';

describe('the clock', () => {
  const range = { from: 1, to: 3 };
  const pace = { speed: 1, slow: 1, range, isLooping: false };

  it('runs in the time of the result, at the speed of looking', () => {
    expect(advanced(1, 0.5, pace).moment).toBeCloseTo(1.5);
    expect(advanced(1, 0.5, { ...pace, slow: 4 }).moment).toBeCloseTo(1.125);
    expect(advanced(1, 0.5, { ...pace, speed: 0.1 }).moment).toBeCloseTo(1.05);
  });

  it('stops at the end, or goes round', () => {
    expect(advanced(2.9, 0.5, pace)).toEqual({ moment: 3, isOver: true });
    const round = advanced(2.9, 0.5, { ...pace, isLooping: true });
    expect(round.isOver).toBe(false);
    expect(round.moment).toBeCloseTo(1.4);
  });

  it('begins anew where it stands outside', () => {
    expect(advanced(3, 0.1, pace).moment).toBeCloseTo(1.1);
    expect(advanced(0, 0.1, pace).moment).toBeCloseTo(1.1);
  });

  it('never leaves the range and never goes back but to go round', () => {
    const parts = fc.tuple(
      fc.double({ min: 0, max: 4, noNaN: true }),
      fc.double({ min: 0, max: 9, noNaN: true }),
    );
    fc.assert(
      fc.property(parts, fc.boolean(), ([moment, elapsed], isLooping) => {
        const made = advanced(moment, elapsed, { ...pace, isLooping });
        expect(made.moment).toBeGreaterThanOrEqual(1);
        expect(made.moment).toBeLessThanOrEqual(3);
        if (!isLooping && moment >= 1 && moment < 2.99) expect(made.moment).toBeGreaterThanOrEqual(moment);
      }),
    );
  });
});

it('goes through the speeds and round', () => {
  expect([0.1, 0.25, 0.5, 1, 2].map(nextSpeed)).toEqual([0.25, 0.5, 1, 2, 0.1]);
});

describe('frames to ask for', () => {
  const bounds = { from: 0, to: 100 };
  const wanted = (at: number, there: readonly number[]) => ({
    at,
    ahead: 20,
    behind: 4,
    bounds,
    has: (frame: number) => there.includes(frame),
  });
  const run = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

  it('are the missing ones from the frame on screen on', () => {
    expect(nextStretch(wanted(10, []))).toEqual({ from: 10, to: 30 });
    expect(nextStretch(wanted(10, run(10, 15)))).toEqual({ from: 15, to: 30 });
    expect(nextStretch(wanted(95, []))).toEqual({ from: 95, to: 100 });
  });

  it('are not asked for in dribs: half of what is ahead is shown first', () => {
    expect(nextStretch(wanted(10, run(6, 25)))).toBeUndefined();
    expect(nextStretch(wanted(16, run(6, 25)))).toEqual({ from: 25, to: 36 });
  });

  it('are those behind when all ahead is there', () => {
    expect(nextStretch(wanted(10, run(10, 30)))).toEqual({ from: 6, to: 10 });
    expect(nextStretch(wanted(10, run(6, 30)))).toBeUndefined();
  });

  it('are never one that is there, never outside, and never too many at once', () => {
    const there = fc.uniqueArray(fc.nat(99));
    fc.assert(
      fc.property(fc.nat(99), fc.nat(200), there, (at, ahead, has) => {
        const asked = nextStretch({ ...wanted(at, has), ahead });
        if (!asked) return;
        expect(asked.to).toBeGreaterThan(asked.from);
        expect(asked.to - asked.from).toBeLessThanOrEqual(MOST_AT_ONCE);
        for (const frame of run(asked.from, asked.to)) {
          expect(has).not.toContain(frame);
          expect(frame).toBeGreaterThanOrEqual(0);
          expect(frame).toBeLessThan(100);
        }
      }),
    );
  });

  it('the frame on screen is always asked for where it is missing', () => {
    fc.assert(
      fc.property(fc.nat(99), fc.uniqueArray(fc.nat(99)), (at, has) => {
        if (!has.includes(at)) expect(nextStretch(wanted(at, has))?.from).toBe(at);
      }),
    );
  });

  it('a call is of use as long as it brings something near', () => {
    expect(isWanted({ from: 10, to: 30 }, 20, 20, 4)).toBe(true);
    expect(isWanted({ from: 10, to: 30 }, 40, 20, 4)).toBe(false);
    expect(isWanted({ from: 60, to: 90 }, 20, 20, 4)).toBe(false);
  });
});

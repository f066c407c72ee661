import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRational, ratio, toNumber } from '../../contract/time.ts';
import type { Frames } from './moments.ts';
import {
  cutFrom,
  cutsOf,
  edgesOf,
  inForce,
  panSight,
  partOf,
  rulerStep,
  timecode,
  timeToX,
  toggleCut,
  wholeOf,
  withIn,
  withInSight,
  withOut,
  xToTime,
  zoomSight,
} from './timeline.ts';

/** A clip of so many frames at 25 a second. */
function clip(count: number): Frames {
  const times = Array.from({ length: count }, (_, i) => i / 25);
  return { times, end: count / 25, rate: ratio(25) };
}

const sight = fc
  .tuple(fc.double({ min: 0, max: 50, noNaN: true }), fc.double({ min: 0.1, max: 40, noNaN: true }))
  .map(([from, length]) => ({ from, to: from + length }));
const whole = { from: 0, to: 100 };

describe('what is in sight', () => {
  it('time to pixels and back is the same time', () => {
    fc.assert(
      fc.property(sight, fc.double({ min: 0, max: 100, noNaN: true }), (seen, time) => {
        expect(xToTime(seen, 800, timeToX(seen, 800, time))).toBeCloseTo(time, 6);
      }),
    );
  });

  it('zooming and moving stay within the clip and never turn it inside out', () => {
    fc.assert(
      fc.property(
        sight,
        fc.double({ min: 0.1, max: 10, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (seen, factor, share) => {
          const around = seen.from + share * (seen.to - seen.from);
          for (const made of [
            zoomSight(seen, factor, around, whole, 0.2),
            panSight(seen, (factor - 5) * 20, whole),
            withInSight(seen, around * 1.5, whole),
          ]) {
            expect(made.from).toBeGreaterThanOrEqual(-1e-9);
            expect(made.to).toBeLessThanOrEqual(100 + 1e-9);
            expect(made.to - made.from).toBeGreaterThan(0.09);
          }
        },
      ),
    );
  });

  it('the moment that is zoomed around stays under the pointer', () => {
    const seen = { from: 20, to: 40 };
    const closer = zoomSight(seen, 2, 25, whole, 0.2);
    expect(timeToX(closer, 800, 25)).toBeCloseTo(timeToX(seen, 800, 25));
    expect(closer.to - closer.from).toBeCloseTo(10);
  });

  it('a page is turned only where the moment is out of sight', () => {
    const seen = { from: 20, to: 40 };
    expect(withInSight(seen, 30, whole)).toBe(seen);
    expect(withInSight(seen, 41, whole).from).toBeCloseTo(39);
    expect(withInSight(seen, 19, whole).to).toBeCloseTo(21);
  });
});

describe('the ruler', () => {
  it('has labels that are at least eighty pixels apart, and finer ones the closer one looks', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-4, max: 400, noNaN: true }), (secondsPerPixel) => {
        expect(rulerStep(secondsPerPixel).seconds / secondsPerPixel).toBeGreaterThanOrEqual(80);
      }),
    );
    expect(rulerStep(1 / 100)).toEqual({ seconds: 1, parts: 5, digits: 0 });
    expect(rulerStep(1 / 1000)).toEqual({ seconds: 0.1, parts: 5, digits: 1 });
    expect(rulerStep(1 / 5000).digits).toBe(2);
  });

  it('writes moments as a player does, rounded once', () => {
    expect(timecode(3.2, 2)).toBe('0:03.20');
    expect(timecode(59.96, 1)).toBe('1:00.0');
    expect(timecode(3_723, 0)).toBe('1:02:03');
    expect(timecode(-1, 1)).toBe('0:00.0');
  });
});

describe('cuts', () => {
  const frames = clip(50);
  const changes = frames.times.map((_, i) => (i === 10 || i === 30 ? 0.9 : 0.02));
  const step = (added: string[] = [], removed: string[] = []) => ({
    scene: 'auto' as const,
    cuts: { added, removed },
  });

  it('are those found, with those added and without those removed', () => {
    expect(cutsOf(frames, changes, step(['4/5'], ['2/5']))).toEqual([
      { frame: 10, kind: 'removed' },
      { frame: 20, kind: 'added' },
      { frame: 30, kind: 'found' },
    ]);
    expect(inForce(cutsOf(frames, changes, step(['4/5'], ['2/5']))).map(({ frame }) => frame)).toEqual([
      20, 30,
    ]);
    // Within half a frame it is meant as well.
    expect(cutsOf(frames, changes, step([], ['0.415']))[0]).toEqual({ frame: 10, kind: 'removed' });
  });

  it('a found one is taken out and comes back; an added one is deleted; elsewhere one is added', () => {
    const without = toggleCut(frames, changes, step(), 10);
    expect(without).toEqual({ added: [], removed: ['2/5'] });
    expect(toggleCut(frames, changes, { scene: 'auto', cuts: without }, 10)).toEqual(step().cuts);
    const more = toggleCut(frames, changes, step(), 21);
    expect(more).toEqual({ added: ['21/25'], removed: [] });
    expect(toggleCut(frames, changes, { scene: 'auto', cuts: more }, 21)).toEqual(step().cuts);
  });

  it('toggling changes that frame alone, and twice changes nothing', () => {
    const moments = fc.array(fc.nat(49), { maxLength: 6 }).map((all) => all.map((i) => `${i}/25`));
    fc.assert(
      fc.property(moments, moments, fc.integer({ min: 1, max: 49 }), (added, removed, frame) => {
        const before = step(added, removed);
        const held = (now: typeof before) => inForce(cutsOf(frames, changes, now)).map((cut) => cut.frame);
        const once = { ...before, cuts: toggleCut(frames, changes, before, frame) };
        const twice = { ...before, cuts: toggleCut(frames, changes, once, frame) };
        expect(held(once).includes(frame)).toBe(!held(before).includes(frame));
        expect(held(once).filter((each) => each !== frame)).toEqual(
          held(before).filter((each) => each !== frame),
        );
        expect(held(twice)).toEqual(held(before));
      }),
    );
  });

  it('the first frame begins no scene', () => {
    expect(toggleCut(frames, changes, step(), 0)).toEqual(step().cuts);
    expect(cutsOf(frames, changes, step(['0']))).toHaveLength(2);
  });

  it('are gone through in both directions, the one under the playhead left out', () => {
    const cuts = cutsOf(frames, changes, step());
    expect(cutFrom(frames, cuts, 0.4, 1)).toBeCloseTo(1.2);
    expect(cutFrom(frames, cuts, 1.2, -1)).toBeCloseTo(0.4);
    expect(cutFrom(frames, cuts, 1.2, 1)).toBeUndefined();
    expect(cutFrom(frames, cuts, 0.1, -1)).toBeUndefined();
  });
});

describe('the part that is taken', () => {
  it('begins before it ends by one frame at least, wherever its ends are put', () => {
    const frames = clip(40);
    const at = fc.integer({ min: -5, max: 45 });
    const moves = fc.array(fc.tuple(fc.boolean(), at), { maxLength: 12 });
    fc.assert(
      fc.property(moves, (each) => {
        let part: { from?: string | undefined; to?: string | undefined } = {};
        for (const [isIn, to] of each) part = (isIn ? withIn : withOut)(frames, part, to);
        const { first, after } = edgesOf(frames, part);
        expect(after).toBeGreaterThan(first);
        const { from, to } = partOf(frames, part);
        expect(to - from).toBeGreaterThan(0.039);
      }),
    );
  });

  it('is written as exact moments of frames, and not at all where it is the whole', () => {
    const frames = { ...clip(40), rate: ratio(24_000, 1001) };
    const ntsc = {
      ...frames,
      times: frames.times.map((_, i) => (i * 1001) / 24_000),
      end: (40 * 1001) / 24_000,
    };
    const part = withOut(ntsc, withIn(ntsc, {}, 7), 9);
    expect(part).toEqual({ from: '7007/24000', to: '3003/8000' });
    expect(toNumber(parseRational(part.from!)!)).toBeCloseTo(ntsc.times[7]!, 9);
    expect(withOut(ntsc, withIn(ntsc, part, 0), 40)).toEqual({ from: undefined, to: undefined });
  });

  it('is the whole where a recipe of another clip leaves nothing of this one', () => {
    const frames = clip(40);
    expect(partOf(frames, { from: '100', to: '120' })).toEqual(wholeOf(frames));
  });
});

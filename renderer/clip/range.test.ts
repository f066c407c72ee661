import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ratio } from '../../contract/time.ts';
import { DEFAULT_CLIP } from '../app/store.ts';
import type { Looked } from './clip-store.ts';
import { previewEdges, rangeIn } from './range.ts';

const times = Array.from({ length: 240 }, (_, i) => i / 24);
const looked: Looked = {
  ...{ times, end: 10, rate: ratio(24), nominalRate: ratio(24) },
  ...{ changes: times.map(() => 0), repeats: [] },
};
const step = { ...DEFAULT_CLIP.step, cuts: { added: [], removed: [] } };

it('a preview is a second around the playhead', () => {
  expect(previewEdges(looked, step, 5)).toEqual({ first: 108, after: 132 });
});

it('at the ends of the part it is moved, not cut short', () => {
  expect(previewEdges(looked, step, 0)).toEqual({ first: 0, after: 24 });
  expect(previewEdges(looked, step, 9.9)).toEqual({ first: 216, after: 240 });
  expect(previewEdges(looked, { ...step, from: '2', to: '4' }, 9)).toEqual({ first: 72, after: 96 });
});

it('is shorter where more frames would be made than are held', () => {
  const { first, after } = previewEdges(looked, { ...step, slow: 8, fps: '60' }, 5);
  expect((after - first) * (60 / 24) * 8).toBeLessThanOrEqual(140);
});

it('lies within the part, and has two frames at least where the part has', () => {
  const part = fc.tuple(fc.nat(238), fc.integer({ min: 1, max: 100 }));
  const moment = fc.double({ min: 0, max: 10, noNaN: true });
  fc.assert(
    fc.property(part, moment, fc.constantFrom(1, 2, 4, 8), ([from, length], at, slow) => {
      const to = Math.min(240, from + length);
      const taken = { ...step, slow: slow as 1, from: `${from}/24`, to: `${to}/24` };
      const { first, after } = previewEdges(looked, taken, at);
      expect(first).toBeGreaterThanOrEqual(from);
      expect(after).toBeLessThanOrEqual(to);
      expect(after - first).toBeGreaterThanOrEqual(Math.min(2, to - from));
    }),
  );
});

it('what is played is the preview where there is one, else the part', () => {
  const preview = { range: { from: 1, to: 2 }, isWorking: false, fraction: 1, frames: [] };
  expect(rangeIn(looked, step, preview)).toEqual({ from: 1, to: 2 });
  expect(rangeIn(looked, { ...step, from: '3' }, undefined)).toEqual({ from: 3, to: 10 });
});

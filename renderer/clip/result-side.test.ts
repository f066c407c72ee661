import { describe, expect, it } from 'vitest';
import { ratio } from '../../contract/time.ts';
import type { ItemView } from '../../contract/views.ts';
import { DEFAULT_CLIP } from '../app/store.ts';
import type { ClipState, Looked, PreviewFrame } from './clip-store.ts';
import { besideIt, resultSide, shownAt } from './result-side.ts';

const times = Array.from({ length: 24 }, (_, i) => i / 24);
const looked: Looked = {
  ...{ times, end: 1, rate: ratio(24), nominalRate: ratio(24) },
  ...{ changes: times.map(() => 0), repeats: [] },
};
const step = { ...DEFAULT_CLIP.step, cuts: { added: [], removed: [] } };
const nothing = { preview: undefined, latest: undefined, unread: [] };
const item = (overrides: Partial<ItemView> = {}): ItemView => ({
  ...{ id: 'one', job: 'job', status: 'done' },
  result: { name: 'a.mp4', model: 'rife', rate: '48', framesOut: 48, notes: [] },
  ...overrides,
});
const frame = (time: number): PreviewFrame => ({ time, made: false, bitmap: {} as ImageBitmap });

function preview(frames: number[], isWorking = false): NonNullable<ClipState['preview']> {
  return { range: { from: 0.25, to: 0.5 }, isWorking, fraction: 0.5, frames: frames.map(frame) };
}

describe('what is shown as the result', () => {
  it('is a preview before what is being made, and that before a file', () => {
    const latest = { time: 0.3, made: true };
    const running = item({ status: 'running' });
    expect(resultSide(looked, step, item(), { ...nothing, preview: preview([]) }).kind).toBe('preview');
    expect(resultSide(looked, step, running, { ...nothing, latest }).kind).toBe('latest');
    expect(resultSide(looked, step, running, nothing).kind).toBe('none');
    expect(resultSide(looked, step, item(), nothing)).toMatchObject({ kind: 'file', item: 'one', slow: 1 });
  });

  it('is nothing where the file could not be read, or nothing was made', () => {
    expect(resultSide(looked, step, item(), { ...nothing, unread: ['one'] }).kind).toBe('none');
    expect(resultSide(looked, step, item({ status: 'failed' }), nothing).kind).toBe('none');
    expect(resultSide(looked, step, undefined, nothing).kind).toBe('none');
  });
});

it('a result stays on its own grid when other settings are chosen later', () => {
  const made = item({ id: 'later', result: resultOf(24) });
  const then = resultSide(looked, { ...step, from: '1/2' }, made, nothing);
  expect(then.grid).toMatchObject({ start: 0.5, slow: 1, count: 24 });
  expect(resultSide(looked, { ...step, slow: 4 }, made, nothing).grid).toEqual(then.grid);
  // After a restart, too: the item knows what it was asked for with.
  const again = item({ id: 'again', result: resultOf(24), step: { ...step, from: '1/4' } });
  const skipped: ItemView = { ...again, status: 'skipped' };
  expect(resultSide(looked, step, skipped, nothing).grid).toMatchObject({ start: 0.25, count: 24 });
});

describe('the frame of a moment', () => {
  const ofFile = resultSide(
    looked,
    { ...step, from: '1/2' },
    item({ id: 'two', result: resultOf(24) }),
    nothing,
  );
  const ofPreview = resultSide(looked, step, undefined, { ...nothing, preview: preview([]) });

  it('of a file is the last that has begun, and none outside of its part', () => {
    expect(shownAt(ofFile, undefined, 0.5)).toEqual({ state: 'there', index: 0, moment: 0.5 });
    expect(shownAt(ofFile, undefined, 0.53)).toMatchObject({ state: 'there', index: 1 });
    expect(shownAt(ofFile, undefined, 0.4)).toEqual({ state: 'outside' });
  });

  it('of a preview that is being made is coming, until one behind it is there', () => {
    const half = preview([0.25, 0.25 + 1 / 48], true);
    expect(shownAt(ofPreview, half, 0.25)).toMatchObject({ state: 'there', index: 0 });
    expect(shownAt(ofPreview, half, 0.28)).toMatchObject({ state: 'there', index: 1 });
    expect(shownAt(ofPreview, half, 0.3)).toEqual({ state: 'coming' });
    expect(shownAt(ofPreview, preview([], true), 0.3)).toEqual({ state: 'coming' });
    expect(shownAt(ofPreview, half, 0.6)).toEqual({ state: 'outside' });
  });

  it('has neighbours, of which the first and the last have one only', () => {
    expect(besideIt(ofFile, undefined, 0.5, 1)).toBeCloseTo(0.5 + 1 / 48);
    expect(besideIt(ofFile, undefined, 0.5, -1)).toBeUndefined();
    // Between two frames: back to the one that is shown.
    expect(besideIt(ofFile, undefined, 0.51, -1)).toBeCloseTo(0.5);
    const both = preview([0.25, 0.3]);
    expect(besideIt(ofPreview, both, 0.25, 1)).toBe(0.3);
    expect(besideIt(ofPreview, both, 0.3, 1)).toBeUndefined();
  });
});

function resultOf(framesOut: number): NonNullable<ItemView['result']> {
  return { name: 'a.mp4', model: 'rife', rate: '48', framesOut, notes: [] };
}

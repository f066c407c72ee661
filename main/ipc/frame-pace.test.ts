import { expect, it } from 'vitest';
import { FramePace } from './frame-pace.ts';

const item = { id: 7 };

it('tells frames a second of this try, without what an earlier one has left', () => {
  let time = 0;
  const pace = new FramePace(() => time);
  expect(pace.view(item)).toBeUndefined();
  pace.count(item, { done: 100, total: 200 });
  time = 500;
  pace.count(item, { done: 105, total: 200 });
  // Half a second says little.
  expect(pace.view(item)).toEqual({ done: 105, total: 200 });
  time = 2000;
  pace.count(item, { done: 120, total: 200 });
  expect(pace.view(item)).toEqual({ done: 120, total: 200, perSecond: 10 });
});

it('begins anew with another try, and forgets what has ended', () => {
  let time = 0;
  const pace = new FramePace(() => time);
  pace.count(item, { done: 50, total: 200 });
  time = 10_000;
  pace.count(item, { done: 0, total: 200 });
  time = 12_000;
  pace.count(item, { done: 4, total: 200 });
  expect(pace.view(item)?.perSecond).toBe(2);
  pace.forget(item);
  expect(pace.view(item)).toBeUndefined();
});

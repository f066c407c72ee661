import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Tally } from './tally.ts';

it('foresees the end from what was done since it began', () => {
  let now = 0;
  const tally = new Tally(() => now);
  tally.begin();
  for (let item = 1; item <= 4; item++) tally.set(item, 'queued');
  expect(tally.view()).toMatchObject({ working: true, total: 4, finished: 0, fraction: 0 });
  now = 10_000;
  tally.set(1, 'running');
  tally.set(1, 'done');
  expect(tally.view()).toMatchObject({ finished: 1, fraction: 0.25, millisecondsLeft: 30_000 });
});

it('weighs pictures by their pixels', () => {
  let now = 0;
  const tally = new Tally(() => now);
  tally.begin();
  tally.set(1, 'queued', 100);
  tally.set(2, 'queued', 900);
  now = 2_000;
  tally.set(1, 'done');
  expect(tally.view()).toMatchObject({ fraction: 0.1, millisecondsLeft: 18_000 });
});

it('does not count what was finished before as speed', () => {
  let now = 0;
  const tally = new Tally(() => now);
  tally.begin();
  tally.set(1, 'done');
  tally.set(2, 'queued');
  tally.set(3, 'queued');
  now = 5_000;
  tally.set(2, 'running');
  tally.progress(2, 1);
  expect(tally.view()).toMatchObject({ total: 3, finished: 1, millisecondsLeft: 5_000 });
});

it('never runs backwards while items only move on', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }), (parts) => {
      const tally = new Tally(() => 0);
      tally.begin();
      tally.set(1, 'queued');
      tally.set(2, 'queued');
      tally.set(1, 'running');
      let last = 0;
      for (const part of parts) {
        tally.progress(1, part);
        const { fraction } = tally.view();
        expect(fraction).toBeGreaterThanOrEqual(last);
        last = fraction;
      }
      tally.set(1, 'failed');
      tally.set(2, 'cancelled');
      expect(tally.view()).toMatchObject({ working: false, fraction: 1, failed: 1, cancelled: 1 });
    }),
  );
});

it('lets no time pass while the queue is paused', () => {
  let time = 0;
  const tally = new Tally(() => time);
  tally.begin();
  tally.set(1, 'done');
  tally.set(2, 'queued');
  tally.pause(false);
  time = 10_000;
  const before = tally.view().millisecondsLeft;
  tally.pause(true);
  time = 500_000;
  expect(tally.view()).toMatchObject({ working: true, paused: true });
  expect(tally.view().millisecondsLeft).toBeUndefined();
  tally.pause(false);
  expect(tally.view().millisecondsLeft).toBe(before);
});

it('counts the time of what is in hand when the pause is asked for', () => {
  let time = 0;
  const tally = new Tally(() => time);
  tally.begin();
  for (const item of [1, 2, 3]) tally.set(item, 'queued');
  tally.set(1, 'running');
  time = 5_000;
  tally.pause(true);
  time = 10_000;
  tally.set(1, 'done');
  time = 500_000;
  tally.pause(false);
  // One of three took 10 s, however long nothing was done afterwards.
  expect(tally.view().millisecondsLeft).toBeCloseTo(20_000, 6);
});

import { expect, it } from 'vitest';
import { Pace } from './pace.ts';

function pace() {
  const clock = { now: 0 };
  return { clock, made: new Pace(() => clock.now) };
}

it('counts the time in which a job is worked on, and no other', () => {
  const { clock, made } = pace();
  made.started();
  made.note(0);
  clock.now = 10_000;
  made.note(1);
  made.finished();
  // An hour with another job.
  clock.now += 3_600_000;
  made.started();
  clock.now += 10_000;
  made.note(2);
  expect(made.worked).toBe(20_000);
  expect(made.rate).toBeCloseTo(1 / 10_000, 9);
});

it('follows the last minute', () => {
  const { clock, made } = pace();
  made.started();
  for (let done = 0; done <= 10; done++) {
    made.note(done);
    clock.now += 30_000;
  }
  for (let done = 11; done <= 100; done++) {
    made.note(done);
    clock.now += 1_000;
  }
  expect(made.rate).toBeCloseTo(1 / 1_000, 5);
});

it('says nothing from little, and begins anew when items are tried again', () => {
  const { clock, made } = pace();
  expect(made.rate).toBeUndefined();
  made.started();
  made.note(0);
  clock.now = 1_000;
  made.note(5);
  expect(made.rate).toBeUndefined();
  clock.now = 4_000;
  made.note(6);
  expect(made.rate).toBeCloseTo(6 / 4_000, 9);
  made.note(2);
  expect(made.rate).toBeUndefined();
});

import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Courtesy } from './courtesy.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function courtesy() {
  const told: number[] = [];
  const call = async (_: unknown, { cores }: { cores: number }) => void told.push(cores);
  return { told, made: new Courtesy({ call: call as never }) };
}

it('leaves a core while the window is in use, and takes it back afterwards', () => {
  const { told, made } = courtesy();
  made.working(true);
  expect(told).toEqual([0]);
  made.used();
  made.used();
  expect(told).toEqual([0, 1]);
  vi.advanceTimersByTime(5000);
  made.used();
  vi.advanceTimersByTime(5000);
  expect(told).toEqual([0, 1]);
  vi.advanceTimersByTime(5000);
  expect(told).toEqual([0, 1, 0]);
});

it('tells no engine that has nothing to do', () => {
  const { told, made } = courtesy();
  made.used();
  expect(told).toEqual([]);
  made.working(true);
  expect(told).toEqual([1]);
  made.working(false);
  vi.advanceTimersByTime(60_000);
  expect(told).toEqual([1]);
});

it('tells each item anew: its engine may have been replaced, or been told otherwise', () => {
  const { told, made } = courtesy();
  made.used();
  made.working(true);
  made.working(false);
  made.working(true);
  expect(told).toEqual([1, 1]);
  made.working(false);
  vi.advanceTimersByTime(60_000);
  made.working(true);
  expect(told).toEqual([1, 1, 0]);
});

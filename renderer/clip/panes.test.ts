import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Box, panesOf } from './panes.ts';

const size = fc.record({
  width: fc.integer({ min: 40, max: 4000 }),
  height: fc.integer({ min: 40, max: 3000 }),
});
const aspect = fc.double({ min: 0.3, max: 3, noNaN: true });
const MODES = ['source', 'result', 'side', 'split', 'flicker'] as const;

it('keeps the shape of the frame and stays inside, in every mode', () => {
  fc.assert(
    fc.property(size, aspect, fc.constantFrom(...MODES), fc.boolean(), (room, shape, mode, hasResult) => {
      const { source, result } = panesOf(mode, room, shape, hasResult);
      for (const box of [source, result].filter((each): each is Box => each !== undefined)) {
        expect(box.x).toBeGreaterThanOrEqual(-1);
        expect(box.y).toBeGreaterThanOrEqual(-1);
        expect(box.x + box.width).toBeLessThanOrEqual(room.width + 1);
        expect(box.y + box.height).toBeLessThanOrEqual(room.height + 1);
        expect(Math.abs(box.width - box.height * shape)).toBeLessThanOrEqual(1 + shape);
      }
    }),
  );
});

it('shows the source alone where there is no result', () => {
  for (const mode of MODES) {
    const panes = panesOf(mode, { width: 800, height: 600 }, 16 / 9, false);
    expect(panes.source).toBeDefined();
    expect(panes.result).toBeUndefined();
    expect(panes.isDivided).toBe(false);
  }
});

it('puts two pictures so that they are large: beside each other, or above', () => {
  const wide = panesOf('side', { width: 1600, height: 500 }, 16 / 9, true);
  expect(wide.source!.y).toBe(wide.result!.y);
  expect(wide.result!.x).toBeGreaterThanOrEqual(wide.source!.x + wide.source!.width);
  const tall = panesOf('side', { width: 700, height: 900 }, 16 / 9, true);
  expect(tall.source!.x).toBe(tall.result!.x);
  expect(tall.result!.y).toBeGreaterThanOrEqual(tall.source!.y + tall.source!.height);
});

it('divides source and result over each other', () => {
  const { source, result, isDivided } = panesOf('split', { width: 800, height: 600 }, 16 / 9, true);
  expect(isDivided).toBe(true);
  expect(source).toEqual(result);
});

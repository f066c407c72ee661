import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layCores } from './cores.ts';

describe('tiles for measuring', () => {
  const cases = fc.record({
    size: fc.integer({ min: 1, max: 5000 }),
    tile: fc.integer({ min: 40, max: 300 }).map((steps) => 4 * steps),
    around: fc.integer({ min: 0, max: 64 }),
  });

  it('have cores that cover the filled-up picture once, in order', () => {
    fc.assert(
      fc.property(cases, ({ size, tile, around }) => {
        const { cores } = layCores(size, tile, around, 4);
        expect(cores[0]!.from).toBe(0);
        expect(cores.at(-1)!.to).toBe(Math.ceil(size / 4) * 4);
        expect(cores.slice(1).map(({ from }) => from)).toEqual(cores.slice(0, -1).map(({ to }) => to));
        for (const { from, to } of cores) expect(to).toBeGreaterThan(from);
      }),
    );
  });

  it('have so much around each core, where the picture goes on, and lie on the network’s steps', () => {
    fc.assert(
      fc.property(cases, ({ size, tile, around }) => {
        const { shape, cores } = layCores(size, tile, around, 4);
        const end = Math.ceil(size / 4) * 4;
        for (const { start, from, to } of cores) {
          expect([start % 4, from % 4, to % 4]).toEqual([0, 0, 0]);
          expect(from - start).toBeGreaterThanOrEqual(Math.min(from, around));
          expect(start + shape - to).toBeGreaterThanOrEqual(Math.min(end - to, around));
        }
      }),
    );
  });
});

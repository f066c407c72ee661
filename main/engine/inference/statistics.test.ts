import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spread } from './statistics.ts';

const side = fc.integer({ min: 1, max: 9000 });

describe('samples of a picture', () => {
  it('lie inside it, none twice, no more than asked for', () => {
    fc.assert(
      fc.property(side, side, fc.integer({ min: 64, max: 512 }), (width, height, tile) => {
        const places = spread({ width, height }, { width: tile, height: tile }, 12);
        expect(places.length).toBeLessThanOrEqual(12);
        expect(new Set(places.map(({ x, y }) => `${x} ${y}`)).size).toBe(places.length);
        for (const { x, y } of places) {
          expect(x).toBeGreaterThanOrEqual(0);
          expect(y).toBeGreaterThanOrEqual(0);
          if (width >= tile) expect(x + tile).toBeLessThanOrEqual(width);
          if (height >= tile) expect(y + tile).toBeLessThanOrEqual(height);
        }
      }),
    );
  });

  it('cover all of a picture that few tiles cover', () => {
    const places = spread({ width: 500, height: 300 }, { width: 250, height: 150 }, 12);
    expect(places).toEqual([
      { x: 0, y: 0 },
      { x: 250, y: 0 },
      { x: 0, y: 150 },
      { x: 250, y: 150 },
    ]);
  });

  it('are spread in the picture’s own proportions', () => {
    const places = spread({ width: 4000, height: 3000 }, { width: 256, height: 256 }, 12);
    expect(new Set(places.map(({ x }) => x)).size).toBe(4);
    expect(new Set(places.map(({ y }) => y)).size).toBe(3);
  });
});

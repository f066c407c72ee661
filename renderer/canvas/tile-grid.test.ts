import fc from 'fast-check';
import { expect, it } from 'vitest';
import { levelsOf, VIEW_SIDE } from '../../contract/pyramid.ts';
import { wantedTiles } from './tile-grid.ts';

const side = fc.integer({ min: VIEW_SIDE + 1, max: 20_000 });
const share = fc.double({ min: 0, max: 1, noNaN: true });

const looks = fc
  .tuple(side, side, share, share, fc.double({ min: 0.01, max: 8, noNaN: true }))
  .map(([width, height, x, y, zoom]) => {
    const previewWidth = Math.round((width * VIEW_SIDE) / Math.max(width, height));
    const pyramid = { width, height, previewWidth, levels: levelsOf(width, height) };
    // What a screen of 1500 x 1000 shows at that zoom.
    const seen = { width: Math.min(1, 1500 / zoom / width), height: Math.min(1, 1000 / zoom / height) };
    return { pyramid, zoom, seen: { ...seen, x: x * (1 - seen.width), y: y * (1 - seen.height) } };
  });

it('covers what is seen, at least as sharp as the screen, with no more than a screen needs', () => {
  fc.assert(
    fc.property(looks, share, share, ({ pyramid, zoom, seen }, px, py) => {
      const tiles = wantedTiles(pyramid, seen, zoom);
      if (zoom * pyramid.width <= pyramid.previewWidth) {
        expect(tiles).toEqual([]);
        return;
      }
      const at = { x: seen.x + px * seen.width * 0.999, y: seen.y + py * seen.height * 0.999 };
      const covers = tiles.some(
        (t) => at.x >= t.x && at.y >= t.y && at.x <= t.x + t.width && at.y <= t.y + t.height,
      );
      expect(covers).toBe(true);
      const level = Number(tiles[0]!.key.split('-')[0]);
      expect(level === 0 || 2 ** -level >= zoom * 0.999).toBe(true);
      // Twice the screen a side at most, and the tiles it cuts.
      expect(tiles.length).toBeLessThanOrEqual(8 * 6);
    }),
  );
});

it('asks for the middle of what is seen first', () => {
  const pyramid = { width: 8192, height: 8192, previewWidth: VIEW_SIDE, levels: 2 };
  const [first] = wantedTiles(pyramid, { x: 0.25, y: 0.25, width: 0.1875, height: 0.1875 }, 1);
  expect(first?.key).toBe('0-5-5');
});

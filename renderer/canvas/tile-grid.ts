import { levelLength, TILE_SIDE, withEdge } from '../../contract/pyramid.ts';
import type { Point, Size } from './view.ts';

/** Kernels: which tiles of a large picture are wanted for what is seen of it. */

export interface Pyramid extends Size {
  levels: number;
  /** Width of the one picture that is there without tiles. */
  previewWidth: number;
}

/** A tile, and what it shows in shares 0..1 of the picture. */
export interface Tile extends Point, Size {
  key: string;
}

/**
 * The tiles that show the seen part (shares 0..1) at least as sharp as the screen, nearest to its middle first; none
 * where the preview alone is sharp enough.
 * @param zoom screen pixels for each pixel of the picture
 */
export function wantedTiles(pyramid: Pyramid, seen: Point & Size, zoom: number): Tile[] {
  if (zoom * pyramid.width <= pyramid.previewWidth) return [];
  const level = Math.min(pyramid.levels - 1, Math.max(0, Math.floor(Math.log2(1 / zoom))));
  const across = spans(pyramid.width, level, seen.x, seen.width);
  const down = spans(pyramid.height, level, seen.y, seen.height);
  const middle = { x: seen.x + seen.width / 2, y: seen.y + seen.height / 2 };
  const distance = (tile: Tile) =>
    Math.hypot(
      (tile.x + tile.width / 2 - middle.x) * pyramid.width,
      (tile.y + tile.height / 2 - middle.y) * pyramid.height,
    );
  return down
    .flatMap((row) =>
      across.map((column) => ({
        key: `${level}-${column.index}-${row.index}`,
        x: column.start,
        y: row.start,
        width: column.share,
        height: row.share,
      })),
    )
    .toSorted((a, b) => distance(a) - distance(b));
}

function spans(whole: number, level: number, from: number, share: number) {
  const pixels = levelLength(whole, level);
  const first = Math.max(0, Math.floor((from * pixels) / TILE_SIDE));
  const end = Math.min(Math.ceil(pixels / TILE_SIDE), Math.ceil(((from + share) * pixels) / TILE_SIDE));
  return Array.from({ length: Math.max(0, end - first) }, (_, i) => {
    const index = first + i;
    const { start, length } = withEdge(index * TILE_SIDE, TILE_SIDE, pixels);
    return { index, start: start / pixels, share: length / pixels };
  });
}

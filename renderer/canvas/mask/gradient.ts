import type { Point, Size } from '../view.ts';

/**
 * Everything before one point, nothing behind another, evenly less between them.
 *
 * @param from, to in pixels of the mask; where they are one point it is full everywhere
 * @returns coverage 0..255, of the size that is given
 */
export function gradient({ width, height }: Size, from: Point, to: Point): Uint8Array {
  const coverage = new Uint8Array(width * height);
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = dx * dx + dy * dy;
  if (length === 0) return coverage.fill(255);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const along = ((x + 0.5 - from.x) * dx + (y + 0.5 - from.y) * dy) / length;
      coverage[y * width + x] = Math.round(255 * Math.min(1, Math.max(0, 1 - along)));
    }
  return coverage;
}

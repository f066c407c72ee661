import type { Point } from '../view.ts';
import { type Area, areaWithin, type Mask } from './mask.ts';

/** Where a pen is on the mask, in its pixels, and how hard it is pressed, 0..1. */
export interface PenPoint extends Point {
  readonly pressure: number;
}

export interface BrushTip {
  /** Of a full press, pixels of the mask. */
  readonly radius: number;
  /** The share of the radius that covers in full, 0..1; the rest fades. */
  readonly hardness: number;
}

/** The lightest touch is still to be seen. */
const LEAST_RADIUS = 0.1;

/**
 * Covers what a brush passes over between two points: a capsule, so that a fast stroke shows no dabs. Where a stroke
 * crosses itself it covers no more than once.
 *
 * @param coverage of the whole stroke so far, 0..255, of the mask's size; grows
 * @returns where it may have grown
 */
export function strokeTo(
  coverage: Uint8Array,
  size: Pick<Mask, 'width' | 'height'>,
  from: PenPoint,
  to: PenPoint,
  { radius, hardness }: BrushTip,
): Area | undefined {
  const [first, last] = [radiusOf(from, radius), radiusOf(to, radius)];
  // A hard edge still fades over a pixel, else it would be a staircase.
  const reach = Math.max(first, last) + 1;
  const area = areaWithin(size, [
    Math.min(from.x, to.x) - reach,
    Math.min(from.y, to.y) - reach,
    Math.max(from.x, to.x) + reach,
    Math.max(from.y, to.y) + reach,
  ]);
  if (!area) return undefined;
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = dx * dx + dy * dy;
  for (let y = area.top; y < area.bottom; y++)
    for (let x = area.left; x < area.right; x++) {
      const [px, py] = [x + 0.5 - from.x, y + 0.5 - from.y];
      const along = length === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / length));
      const distance = Math.hypot(px - along * dx, py - along * dy);
      const covers = Math.round(255 * fade(distance, first + along * (last - first), hardness));
      const at = y * size.width + x;
      if (covers > coverage[at]!) coverage[at] = covers;
    }
  return area;
}

function radiusOf({ pressure }: PenPoint, radius: number): number {
  return Math.max(LEAST_RADIUS, radius * Math.min(1, Math.max(0, pressure)));
}

/** How far a tip covers at a distance from its middle: in full up to its hard part, then smoothly less to its rim. */
function fade(distance: number, radius: number, hardness: number): number {
  const inner = Math.min(radius * hardness, radius - 0.5);
  const outer = Math.max(radius, inner + 1);
  const share = Math.min(1, Math.max(0, (outer - distance) / (outer - inner)));
  return share * share * (3 - 2 * share);
}

import type { PageWords } from '../../../contract/generate-settings.ts';

/** Pixels that a picture grows by on each side. */
export type Sides = NonNullable<PageWords['outpaint']>;
export type Side = keyof Sides;

export const SIDES = ['left', 'top', 'right', 'bottom'] as const satisfies readonly Side[];
export const NO_SIDES: Sides = { left: 0, top: 0, right: 0, bottom: 0 };

/** Latents have a place for each 8 pixels. */
export const GROWN_BY = 8;
const MOST = 4096;
/** Of the grown picture, pixels. */
const LARGEST = 8192;

/**
 * The sides with one of them elsewhere: a multiple of 8 pixels, never inside the picture, and never so far out that the
 * whole would be too large.
 * @param to pixels that it grows by on that side
 * @param size of the picture, pixels
 */
export function grownTo(
  sides: Sides,
  side: Side,
  to: number,
  size: { width: number; height: number },
): Sides {
  const isWide = side === 'left' || side === 'right';
  const opposite = { left: 'right', right: 'left', top: 'bottom', bottom: 'top' } as const;
  const room = LARGEST - (isWide ? size.width : size.height) - sides[opposite[side]];
  const most = Math.max(0, Math.floor(Math.min(MOST, room) / GROWN_BY) * GROWN_BY);
  const stepped = Math.round((Number.isFinite(to) ? to : 0) / GROWN_BY) * GROWN_BY;
  return { ...sides, [side]: Math.min(most, Math.max(0, stepped)) };
}

/** What a step says of the sides: nothing where the picture does not grow. */
export function outpaintOf(sides: Sides): Sides | undefined {
  return SIDES.every((side) => sides[side] === 0) ? undefined : sides;
}

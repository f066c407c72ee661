import type { Point, Size } from './view.ts';

/** What can be drawn. */
export type Drawable = HTMLImageElement | HTMLCanvasElement;

/** The pixels that it has. */
export function pixelsOf(image: Drawable): Size {
  return 'naturalWidth' in image
    ? { width: image.naturalWidth, height: image.naturalHeight }
    : { width: image.width, height: image.height };
}

/** An image that shows a rectangle of a picture; the rectangle is in shares 0..1 of the picture's width and height. */
export interface Part extends Point, Size {
  image: Drawable;
  /** 0..1; left out: all of it. */
  opacity?: number;
  /** Over the whole picture: only where it is opaque is the part seen. */
  mask?: HTMLCanvasElement;
}

export const WHOLE = { x: 0, y: 0, width: 1, height: 1 };

/** The part on top at a point (shares 0..1); parts lie in the order in which they are drawn. */
export function partAt(parts: readonly Part[], { x, y }: Point): Part | undefined {
  return parts.findLast((p) => x >= p.x && y >= p.y && x < p.x + p.width && y < p.y + p.height);
}

import type { Size } from '../view.ts';

/*
 * A mask as a kernel knows it: how far something applies at each pixel, 0..255, rows top to bottom. A mask that is
 * shown or kept is never written to again; whoever changes one makes another.
 */

export interface Mask extends Size {
  readonly data: Uint8Array;
}

/** Of a mask: finer than a stroke by hand needs to be, and a step of the history is a small file. */
const LONGEST_SIDE = 2048;

/** The size of the mask of a picture: the picture's own, where that is not larger than needed. */
export function maskSize({ width, height }: Size): Size {
  const share = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * share)), height: Math.max(1, Math.round(height * share)) };
}

/** @param value 0: it applies nowhere; 255: everywhere */
export function plainMask({ width, height }: Size, value: number): Mask {
  return { width, height, data: new Uint8Array(width * height).fill(value) };
}

export function inverted({ width, height, data }: Mask): Mask {
  const other = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at++) other[at] = 255 - data[at]!;
  return { width, height, data: other };
}

export function isPlain({ data }: Mask, value: number): boolean {
  return data.every((each) => each === value);
}

/** Whole pixels, the right and lower edge outside. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** What is inside the mask of a rectangle; undefined: nothing. */
export function areaWithin(
  { width, height }: Size,
  [left, top, right, bottom]: readonly [number, number, number, number],
): Area | undefined {
  const area = {
    left: Math.max(0, Math.floor(left)),
    top: Math.max(0, Math.floor(top)),
    right: Math.min(width, Math.ceil(right)),
    bottom: Math.min(height, Math.ceil(bottom)),
  };
  return area.left < area.right && area.top < area.bottom ? area : undefined;
}

/** Where one of the two is. */
export function together(a: Area | undefined, b: Area | undefined): Area | undefined {
  if (!a || !b) return a ?? b;
  return {
    left: Math.min(a.left, b.left),
    top: Math.min(a.top, b.top),
    right: Math.max(a.right, b.right),
    bottom: Math.max(a.bottom, b.bottom),
  };
}

/**
 * Brings a mask towards a value as far as something covers it, in an area only.
 *
 * @param target gets what comes of it; may be another mask's data of the same size
 * @param coverage 0..255, of the mask's size
 * @param towards 255 adds, 0 takes away
 */
export function cover(
  target: Uint8Array,
  base: Mask,
  coverage: Uint8Array,
  towards: 0 | 255,
  { left, top, right, bottom }: Area,
): void {
  for (let y = top; y < bottom; y++)
    for (let at = y * base.width + left; at < y * base.width + right; at++) {
      const before = base.data[at]!;
      target[at] = Math.round(before + ((towards - before) * coverage[at]!) / 255);
    }
}

/** All of a mask brought towards a value. */
export function covered(base: Mask, coverage: Uint8Array, towards: 0 | 255): Mask {
  const { width, height } = base;
  const data = new Uint8Array(width * height);
  cover(data, base, coverage, towards, { left: 0, top: 0, right: width, bottom: height });
  return { width, height, data };
}

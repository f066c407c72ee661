import type { Area, Mask } from './mask.ts';

/** Over the picture where a mask applies: a red that no photograph is full of. */
const TINT = [255, 48, 48] as const;

/** Draws an area of a mask: tinted, its opacity is the mask. */
export function drawMask(context: CanvasRenderingContext2D, mask: Mask, area: Area): void {
  const { left, top, right, bottom } = area;
  const image = context.createImageData(right - left, bottom - top);
  let to = 0;
  for (let y = top; y < bottom; y++)
    for (let at = y * mask.width + left; at < y * mask.width + right; at++) {
      image.data.set(TINT, to);
      image.data[to + 3] = mask.data[at]!;
      to += 4;
    }
  context.putImageData(image, left, top);
}

export function allOf({ width, height }: Pick<Mask, 'width' | 'height'>): Area {
  return { left: 0, top: 0, right: width, bottom: height };
}

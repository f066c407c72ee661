import { mirror } from '../../inference/tile-plan.ts';
import type { Size } from './picture-rows.ts';

/** Cuts a tile out of planes in memory, mirrored past the border. @param target planes of `shape` */
export function cutPlanes(
  planes: Float32Array,
  { width, height }: Size,
  { left, top }: { left: number; top: number },
  shape: Size,
  target: Float32Array,
): void {
  const columns = Int32Array.from({ length: shape.width }, (_, x) => mirror(left + x, width));
  // What lies inside is copied in one go.
  const inside = left >= 0 ? Math.min(shape.width, width - left) : 0;
  for (let plane = 0, at = 0; plane < 3; plane += 1)
    for (let y = 0; y < shape.height; y += 1, at += shape.width) {
      const row = (plane * height + mirror(top + y, height)) * width;
      if (inside > 0) target.set(planes.subarray(row + left, row + left + inside), at);
      for (let x = Math.max(0, inside); x < shape.width; x += 1) target[at + x] = planes[row + columns[x]!]!;
    }
}

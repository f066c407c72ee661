import type { Mask } from './mask.ts';
import type { Steps } from './slices.ts';

/** So many box filters one after the other come near a Gaussian. */
const PASSES = 3;

/**
 * A mask with soft edges; beyond the border it goes on as it is there.
 * @param radius how far an edge reaches, about, pixels of the mask
 */
export function* feathered({ width, height, data }: Mask, radius: number): Steps<Mask> {
  const half = Math.round(radius / PASSES);
  if (half < 1) return { width, height, data: data.slice() };
  let across = Float32Array.from(data);
  let down = new Float32Array(across.length);
  for (let pass = 0; pass < PASSES; pass++) {
    for (let y = 0; y < height; y++) {
      average(across, down, y * width, 1, width, half);
      yield;
    }
    [across, down] = [down, across];
    for (let x = 0; x < width; x++) {
      average(across, down, x, width, height, half);
      yield;
    }
    [across, down] = [down, across];
  }
  return { width, height, data: Uint8Array.from(across, Math.round) };
}

/** The mean of a line's values around each: a running sum. */
function average(
  from: Float32Array,
  to: Float32Array,
  start: number,
  step: number,
  count: number,
  half: number,
): void {
  const end = start + (count - 1) * step;
  const value = (at: number) => from[Math.min(end, Math.max(start, start + at * step))]!;
  let sum = 0;
  for (let at = -half; at <= half; at++) sum += value(at);
  for (let at = 0; at < count; at++) {
    to[start + at * step] = sum / (2 * half + 1);
    sum += value(at + half + 1) - value(at - half);
  }
}

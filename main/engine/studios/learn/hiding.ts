import { mirror } from '../../inference/tile-plan.ts';
import type { Planes } from './noisy-picture.ts';

/**
 * Which pixels are hidden from a blind-spot network, and what stands in their place. Targets lie in a grid; with a
 * radius the pixels next to a target are hidden too, for noise that neighbours share.
 */
export interface Hiding {
  /** Pixels from one target to the next, along each axis. */
  readonly pitch: number;
  /** Pixels around a target that are hidden with it. */
  readonly radius: 0 | 1;
}

/** For noise that is every pixel's own: one pixel in four, each among eight that are seen. */
export const SINGLE: Hiding = { pitch: 2, radius: 0 };
/** For noise that goes over pixels: squares of nine, told from the ring around them. */
export const SQUARES: Hiding = { pitch: 4, radius: 1 };

/** Places of the ring next to what is hidden, with their weights: straight neighbours count twice. */
const RINGS = [0, 1].map((radius) => {
  const far = radius + 1;
  const ring: { dx: number; dy: number; weight: number }[] = [];
  for (let dy = -far; dy <= far; dy++)
    for (let dx = -far; dx <= far; dx++) {
      if (Math.max(Math.abs(dx), Math.abs(dy)) !== far) continue;
      ring.push({ dx, dy, weight: Math.abs(dx) === Math.abs(dy) ? 0.5 : 1 });
    }
  const total = ring.reduce((sum, { weight }) => sum + weight, 0);
  return ring.map((place) => ({ ...place, weight: place.weight / total }));
});

/** What stands for a hidden pixel: the mean of the ring around the target. */
function replacement(planes: Planes, c: number, x: number, y: number, radius: 0 | 1): number {
  let sum = 0;
  for (const { dx, dy, weight } of RINGS[radius]!) sum += weight * planes.at(c, x + dx, y + dy);
  return sum;
}

/**
 * A piece of a picture with pixels hidden, for the network: `x` with what stands in for them, `noisy` as it is, `hidden` 1
 * at the targets (not at what is hidden with them).
 * @param left,top of the piece, which may reach beyond the picture @param phase where the grid begins, 0..pitch-1 each
 * @param at number of the piece in the batch
 */
export function putHidden(
  planes: Planes,
  { pitch, radius }: Hiding,
  piece: { left: number; top: number; width: number; height: number; mirrored?: boolean; flipped?: boolean },
  phase: readonly [number, number],
  into: { x: Float32Array; noisy?: Float32Array; hidden?: Float32Array },
  at: number,
): void {
  const { left, top, width, height, mirrored, flipped } = piece;
  const area = width * height;
  const isTarget = (x: number, y: number) => (x + phase[0]) % pitch === 0 && (y + phase[1]) % pitch === 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const place = at * 3 * area + y * width + x;
      const seenX = left + (mirrored ? width - 1 - x : x);
      const seenY = top + (flipped ? height - 1 - y : y);
      for (let c = 0; c < 3; c++) {
        const value = planes.at(c, seenX, seenY);
        into.x[place + c * area] = value;
        if (into.noisy) into.noisy[place + c * area] = value;
      }
    }
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (!isTarget(x, y)) continue;
      if (into.hidden) into.hidden[at * area + y * width + x] = 1;
      const seenX = mirror(left + (mirrored ? width - 1 - x : x), planes.width);
      const seenY = mirror(top + (flipped ? height - 1 - y : y), planes.height);
      for (let c = 0; c < 3; c++) {
        const value = replacement(planes, c, seenX, seenY, radius);
        for (let dy = -radius; dy <= radius; dy++)
          for (let dx = -radius; dx <= radius; dx++) {
            const [hiddenX, hiddenY] = [x + dx, y + dy];
            if (hiddenX < 0 || hiddenY < 0 || hiddenX >= width || hiddenY >= height) continue;
            into.x[at * 3 * area + c * area + hiddenY * width + hiddenX] = value;
          }
      }
    }
}

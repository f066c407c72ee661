/** Pixels of a side that pictures are compared at. */
const SIDE = 8;

/** How much what was made differs, next to what was learnt from. */
export interface Variety {
  /** Mean distance of two that were made, over that of two real ones: 1 as much, 0 all alike. */
  readonly spread: number;
  /** Real pictures that some made one comes nearest to, over as many as chance would find: 1 all kinds, 0 one. */
  readonly coverage: number;
}

/** Small copies to compare. @param planes [n, 3, size, size] */
export function reducedTo(planes: Float32Array, size: number): Float32Array[] {
  const step = size / SIDE;
  const area = size * size;
  const count = planes.length / (3 * area);
  return Array.from({ length: count }, (_, picture) => {
    const small = new Float32Array(3 * SIDE * SIDE);
    for (let c = 0; c < 3; c++)
      for (let at = 0; at < area; at++) {
        const [x, y] = [Math.floor((at % size) / step), Math.floor(Math.floor(at / size) / step)];
        small[(c * SIDE + y) * SIDE + x]! += planes[(3 * picture + c) * area + at]! / (step * step);
      }
    return small;
  });
}

/** @param made, real small copies of pictures; of both at least two */
export function varietyOf(made: readonly Float32Array[], real: readonly Float32Array[]): Variety {
  const nearest = new Set(
    made.map((one) => {
      let best = { at: 0, distance: Number.POSITIVE_INFINITY };
      for (const [at, other] of real.entries()) {
        const distance = distanceOf(one, other);
        if (distance < best.distance) best = { at, distance };
      }
      return best.at;
    }),
  );
  // Of n balls in m boxes so many boxes are met.
  const expected = real.length * (1 - (1 - 1 / real.length) ** made.length);
  return {
    spread: spreadOf(made) / Math.max(1e-9, spreadOf(real)),
    coverage: Math.min(1, nearest.size / expected),
  };
}

/** Whether it makes all kinds or only some, in plain words. */
export function inWords({ spread, coverage }: Variety): string {
  if (spread < 0.3)
    return 'It has collapsed: its pictures are nearly all alike. Learn it anew, with more pictures or another seed.';
  if (coverage < 0.3)
    return 'It makes only some of the kinds that your pictures have; others are missing. Learn longer, or with another seed.';
  if (spread < 0.6) return 'Its pictures differ less than yours do. Learning longer may help.';
  return 'Its pictures differ about as much as yours do, and no kind stands out as missing.';
}

function spreadOf(pictures: readonly Float32Array[]): number {
  let [sum, pairs] = [0, 0];
  for (let a = 0; a < pictures.length; a++)
    for (let b = a + 1; b < pictures.length; b++) {
      sum += distanceOf(pictures[a]!, pictures[b]!);
      pairs += 1;
    }
  return sum / Math.max(1, pairs);
}

function distanceOf(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at]! - b[at]!) ** 2;
  return Math.sqrt(sum);
}

import type { Motion } from '../../clips/motion.ts';
import type { Size } from './picture-rows.ts';

/** How much of a painting is the one before it, moved, where all is steady: more, and strokes would never change. */
const MOST_KEPT = 0.95;
/** Seconds in which what a network measures follows the picture, at full steadiness. */
const FOLLOWS_IN = 1;

/**
 * Lays the painting before, moved as the frame has moved, over a frame's own painting, in place. What is uncovered keeps
 * its own painting.
 * @param own @param before planar RGB of `size` @param motion of any size @param steady 0..1
 */
export function steadied(
  own: Float32Array,
  before: Float32Array,
  motion: Motion,
  { width, height }: Size,
  steady: number,
): void {
  const area = width * height;
  const [across, down] = [motion.width / width, motion.height / height];
  const planes = motion.width * motion.height;
  const columns = linearPlaces(width, motion.width);
  const weights = new Float64Array(8);
  for (let y = 0; y < height; y += 1) {
    const row = linearPlace(y, down, motion.height);
    for (let x = 0; x < width; x += 1) {
      const column = columns[x]!;
      const at = y * width + x;
      const trust = linear(motion.trust, 0, motion.width, column, row);
      const kept = MOST_KEPT * steady * trust;
      if (kept <= 0) continue;
      const left = x + linear(motion.flow, 0, motion.width, column, row) / across;
      const top = y + linear(motion.flow, planes, motion.width, column, row) / down;
      const [x0, y0] = [Math.floor(left), Math.floor(top)];
      cubic(left - x0, weights, 0);
      cubic(top - y0, weights, 4);
      for (let base = 0; base < 3 * area; base += area) {
        let value = 0;
        for (let v = 0; v < 4; v += 1) {
          const line = base + clamp(y0 - 1 + v, height) * width;
          let sum = 0;
          for (let u = 0; u < 4; u += 1) sum += weights[u]! * before[line + clamp(x0 - 1 + u, width)]!;
          value += weights[4 + v]! * sum;
        }
        own[base + at]! += kept * (Math.min(1, Math.max(0, value)) - own[base + at]!);
      }
    }
  }
}

/**
 * What a network measures, followed softly through a scene: a mean of all that was measured, of which the latest counts
 * most. It never leaves what was measured, and stands still where that does.
 * @param seconds since `before` @param steady 0..1; 0 is what is measured
 */
export function followed(
  before: Float32Array,
  measured: Float32Array,
  seconds: number,
  steady: number,
): Float32Array {
  if (steady === 0) return measured;
  const share = 1 - Math.exp(-Math.max(0, seconds) / (FOLLOWS_IN * steady));
  return before.map((value, at) => value + share * (measured[at]! - value));
}

interface Place {
  readonly first: number;
  readonly second: number;
  /** Of the second. */
  readonly share: number;
}

function linearPlaces(size: number, of: number): Place[] {
  return Array.from({ length: size }, (_, at) => linearPlace(at, of / size, of));
}

/** Where pixel `at` lies on a grid that is `factor` times as fine. */
function linearPlace(at: number, factor: number, size: number): Place {
  const place = Math.min(size - 1, Math.max(0, (at + 0.5) * factor - 0.5));
  const first = Math.floor(place);
  return { first, second: Math.min(size - 1, first + 1), share: place - first };
}

function linear(plane: Float32Array, base: number, width: number, column: Place, row: Place): number {
  const [above, below] = [base + row.first * width, base + row.second * width];
  const { first, second, share } = column;
  const high = plane[above + first]! + share * (plane[above + second]! - plane[above + first]!);
  const low = plane[below + first]! + share * (plane[below + second]! - plane[below + first]!);
  return high + row.share * (low - high);
}

/** Catmull-Rom: a painting that is moved from frame to frame stays as sharp as it is. */
function cubic(t: number, into: Float64Array, from: number): void {
  into[from] = ((2 - t) * t - 1) * t * 0.5;
  into[from + 1] = ((3 * t - 5) * t * t + 2) * 0.5;
  into[from + 2] = ((4 - 3 * t) * t + 1) * t * 0.5;
  into[from + 3] = (t - 1) * t * t * 0.5;
}

function clamp(at: number, size: number): number {
  return at < 0 ? 0 : at >= size ? size - 1 : at;
}

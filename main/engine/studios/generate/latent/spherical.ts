/** Below this an angle (radians) is none, and sums of directions have no direction. */
const NOTHING = 1e-9;
/** Steps to a mean: at most 24 were needed for 500 mixtures of four normal vectors of 100 numbers. */
const MOST_STEPS = 60;
const SETTLED = 1e-12;

/**
 * Mixes vectors by the mean of their directions on the sphere, weighted, and the mean of their lengths. Normal numbers
 * lie near a sphere, and a network knows nothing of what lies inside it: a plain mean would look washed out. Two vectors
 * are mixed as by Shoemake's slerp (SIGGRAPH 1985); the mean of more is that of Buss and Fillmore, Spherical averages
 * and applications to spherical splines and interpolation, ACM Transactions on Graphics 20 (2001), their algorithm A1.
 * Opposite directions have no mean: there the plain one is taken.
 * @param vectors of equal length, at least one @param weights 0 or more, not all 0; only their ratios count
 */
export function spherical(vectors: readonly Float32Array[], weights: readonly number[]): Float32Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const parts = vectors
    .map((vector, at) => ({ vector, share: weights[at]! / total, length: lengthOf(vector) }))
    .filter(({ share }) => share > 0);
  const [only] = parts;
  // Exactly itself, whatever rounding would do.
  if (parts.length === 1 && only) return Float32Array.from(only.vector);
  const count = vectors[0]!.length;
  const sum = (factor: (at: number) => number) => {
    const made = new Float64Array(count);
    parts.forEach(({ vector }, at) => {
      const times = factor(at);
      for (let index = 0; index < count; index++) made[index]! += times * vector[index]!;
    });
    return made;
  };
  const plain = () => Float32Array.from(sum((at) => parts[at]!.share));
  if (parts.some(({ length }) => length < NOTHING)) return plain();
  let mean = sum((at) => parts[at]!.share / parts[at]!.length);
  if (!normalise(mean)) return plain();
  for (let step = 0; step < MOST_STEPS; step++) {
    // Seen from the mean each vector lies in some direction, some angle away; where these cancel out, it is the mean.
    const away = parts.map(({ vector, length }) => {
      const cosine = Math.min(1, Math.max(-1, dot(mean, vector) / length));
      const angle = Math.acos(cosine);
      const stretch = angle < NOTHING ? 1 : angle / Math.sin(angle);
      return { cosine, stretch: Number.isFinite(stretch) ? Math.min(stretch, 1e6) : 1 };
    });
    const onMean = parts.reduce(
      (all, { share }, at) => all + share * away[at]!.stretch * away[at]!.cosine,
      0,
    );
    const from = mean;
    const tangent = sum((at) => (parts[at]!.share * away[at]!.stretch) / parts[at]!.length).map(
      (value, index) => value - onMean * from[index]!,
    );
    const length = lengthOf(tangent);
    if (length < SETTLED) break;
    mean = from.map(
      (value, index) => Math.cos(length) * value + (Math.sin(length) / length) * tangent[index]!,
    );
    normalise(mean);
  }
  const length = parts.reduce((all, part) => all + part.share * part.length, 0);
  return Float32Array.from(mean, (value) => value * length);
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at]! * b[at]!;
  return sum;
}

function lengthOf(vector: ArrayLike<number>): number {
  return Math.sqrt(dot(vector, vector));
}

/** @returns false where there is no direction */
function normalise(vector: Float64Array): boolean {
  const length = lengthOf(vector);
  if (length < NOTHING) return false;
  for (let at = 0; at < vector.length; at++) vector[at]! /= length;
  return true;
}

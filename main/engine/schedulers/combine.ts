/** A tensor and the factor it comes with. */
export type Term = readonly [factor: number, values: Float32Array];

/** The sum of scaled tensors of one size, added in float64. A factor of 0 leaves its tensor out, whatever is in it. */
export function combine(...terms: readonly Term[]): Float32Array {
  const present = terms.filter(([factor]) => factor !== 0);
  const sum = new Float64Array(terms[0]?.[1].length ?? 0);
  for (const [factor, values] of present) for (let i = 0; i < sum.length; i++) sum[i]! += factor * values[i]!;
  return Float32Array.from(sum);
}

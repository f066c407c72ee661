/** Row-major float32. */
export interface Tensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** The largest absolute difference; infinite where the shapes differ. */
export function largestDifference(a: Tensor, b: Tensor): number {
  if (a.dims.join() !== b.dims.join() || a.data.length !== b.data.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let index = 0; index < a.data.length; index += 1) {
    const difference = Math.abs((a.data[index] ?? Number.NaN) - (b.data[index] ?? Number.NaN));
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

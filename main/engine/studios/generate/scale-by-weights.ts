import { expected, GessoError } from '../../../../contract/errors.ts';

/**
 * Stresses tokens: each one's embedding is multiplied by its weight, and all of them together are brought back to the
 * mean that they had, as AUTOMATIC1111's window does.
 * @param embeddings one row of `width` values a token
 * @param weights one a token
 * @returns a new tensor; where the mean would be lost in a division by 0, one that is only multiplied
 * @throws GessoError internal/bug where the sizes do not fit
 */
export function scaleByWeights(
  embeddings: Float32Array,
  weights: readonly number[],
  width: number,
): Float32Array {
  if (embeddings.length !== weights.length * width)
    throw new GessoError(
      'internal/bug',
      expected(`${weights.length * width} values`, 'the embeddings', embeddings.length),
      'Report it.',
    );
  if (weights.every((weight) => weight === 1)) return embeddings.slice();
  const scaled = embeddings.map((value, i) => value * weights[Math.floor(i / width)]!);
  const back = sumOf(embeddings) / sumOf(scaled);
  return Number.isFinite(back) ? scaled.map((value) => value * back) : scaled;
}

function sumOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

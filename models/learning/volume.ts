import type { GraphBuilder } from '../graph/builder.ts';

/**
 * Volume rendering along rays (Max 1995; Mildenhall et al. 2020): every sample lets exp(-density * step) of the light
 * behind it through, and gives its colour by what it holds back of the light that reaches it.
 * @param colour [rays, samples, 3], 0..1 @param density [rays, samples], per unit of length
 * @param steps the distance to the next sample, [1 or rays, samples]
 * @returns colour [rays, 3] before black, and every sample's share [rays, samples]
 */
export function renderRays(
  b: GraphBuilder,
  colour: string,
  density: string,
  steps: string,
): { colour: string; shares: string } {
  const held = b.mul(density, steps);
  const axis = b.tensor({ type: 'int64', dims: [], data: BigInt64Array.of(1n) }, 'axis');
  const before = b.node('CumSum', [held, axis], { exclusive: { int: 1 } });
  const reaching = b.node('Exp', [b.node('Neg', [before])]);
  const opaque = b.sub(b.scalar(1), b.node('Exp', [b.node('Neg', [held])]));
  const shares = b.mul(reaching, opaque);
  const weighted = b.mul(colour, b.node('Unsqueeze', [shares, b.ints([2])]));
  return { colour: b.node('ReduceSum', [weighted, b.ints([1])], { keepdims: { int: 0 } }), shares };
}

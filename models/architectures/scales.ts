import type { Net } from './net.ts';
import type { Weights } from './weights.ts';

/**
 * Splits the channels before a pixel shuffle into the factor and the channels after it: the picture's own number of
 * channels where that works, else 3, 4 and 1.
 * @throws GessoError model/broken where no whole factor fits
 */
export function shuffleOf(
  weights: Weights,
  before: number,
  channels: number,
): { scale: number; out: number } {
  for (const out of [channels, 3, 4, 1]) {
    const scale = Math.sqrt(before / out);
    if (Number.isInteger(scale) && scale <= 16) return { scale, out };
  }
  throw weights.broken(`${before} channels before the last enlargement fit no scale`);
}

/**
 * The chain of convolutions and pixel shuffles that EDSR began and many took over: powers of two in steps of 2, or one
 * step of 3. Layers are at even places of the list `prefix`.
 * @returns the picture's features enlarged, and by how much
 */
export function shuffleSteps(net: Net, x: string, prefix: string): { value: string; scale: number } {
  const { weights, builder } = net;
  let [value, scale] = [x, 1];
  for (let index = 0; index < weights.length(prefix); index += 2) {
    const [out = 0, input = 0] = weights.dims(`${prefix}.${index}.weight`, 4);
    const step = Math.sqrt(out / input);
    if (!Number.isInteger(step)) throw weights.broken(`"${prefix}.${index}" fits no enlargement`);
    value = builder.depthToSpace(net.conv(value, `${prefix}.${index}`), step);
    scale *= step;
  }
  return { value, scale };
}

/** The mean of DIV2K's pictures, which several networks have fixed in their code. */
export const DIV2K_MEAN = Float32Array.of(0.4488, 0.4371, 0.404);

/** The word for what a network without a known trade does: it enlarges, or it makes better what is there. */
export function taskOf(scale: number): 'upscale' | 'enhance' {
  return scale === 1 ? 'enhance' : 'upscale';
}

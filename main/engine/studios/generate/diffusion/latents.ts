import type { NoiseSource } from './denoise.ts';
import type { BundleNetworks, LatentSize } from './networks.ts';

/** The encoder's logarithms of variances are cut off there, as in training. */
const LOG_VARIANCE = { least: -30, most: 20 } as const;

/**
 * A picture as latents: one draw of what the encoder says of it.
 * @param picture [1, 3, height, width], -1..1
 * @returns scaled as the U-Net means them
 */
export async function encodePicture(
  networks: BundleNetworks,
  picture: Float32Array,
  size: LatentSize,
  noise: NoiseSource,
): Promise<Float32Array> {
  const moments = await networks.encode(picture, size);
  return drawLatents(moments, noise, networks.bundle.scalingFactor);
}

/** One draw of what the encoder says: means, then logarithms of variances. @returns scaled latents */
export function drawLatents(moments: Float32Array, noise: NoiseSource, scalingFactor: number): Float32Array {
  const count = moments.length / 2;
  const drawn = noise.next(count);
  return Float32Array.from({ length: count }, (_, at) => {
    const log = Math.min(LOG_VARIANCE.most, Math.max(LOG_VARIANCE.least, moments[count + at] ?? 0));
    return ((moments[at] ?? 0) + Math.exp(log / 2) * (drawn[at] ?? 0)) * scalingFactor;
  });
}

/** A mask of pixels as one of latents: the pixel at each place's top left, as diffusers' nearest neighbour. */
export function latentMask(mask: Float32Array, size: LatentSize, step: number): Float32Array {
  const [height, width] = [size.height / step, size.width / step];
  return Float32Array.from({ length: height * width }, (_, at) => {
    const [row, column] = [Math.floor(at / width), at % width];
    return mask[row * step * size.width + column * step] ?? 0;
  });
}

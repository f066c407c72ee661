import type { Predict } from './denoise.ts';
import type { BundleNetworks, LatentSize } from './networks.ts';

/** How much of a tile its neighbour sees too. */
const OVERLAP = 0.375;

/**
 * The network's answer for latents that are larger than it was made for: overlapping tiles, each answered by itself and
 * averaged with weights that fall to the tile's border, at every step (Bar-Tal et al., MultiDiffusion,
 * arXiv:2302.08113). Neighbours so agree step by step, and no seam comes up.
 * @param tile side of a tile, places of the latents
 * @param sizes of the whole picture, as UNET_PORTS has them: each tile is told where it lies
 */
export function tiledPredict(
  networks: BundleNetworks,
  size: LatentSize,
  tile: number,
  sizes: readonly number[],
  checkpoint: () => void,
): Predict {
  const { latentChannels, inputChannels, latentStep } = networks.bundle;
  const [high, wide] = [Math.min(tile, size.height), Math.min(tile, size.width)];
  const tops = startsOf(size.height, high);
  const lefts = startsOf(size.width, wide);
  const [down, across] = [windowOf(high), windowOf(wide)];
  return async (sample, time, condition) => {
    const places = size.height * size.width;
    const sum = new Float32Array(latentChannels * places);
    const weights = new Float32Array(places);
    for (const top of tops)
      for (const left of lefts) {
        checkpoint();
        const part = cut(sample, size, { top, left, high, wide }, inputChannels);
        const placed = [
          sizes[0] ?? 0,
          sizes[1] ?? 0,
          top * latentStep,
          left * latentStep,
          high * latentStep,
          wide * latentStep,
        ];
        const made = await networks.predict(part, { height: high, width: wide }, time, condition, placed);
        for (let y = 0; y < high; y += 1)
          for (let x = 0; x < wide; x += 1) {
            const weight = (down[y] ?? 0) * (across[x] ?? 0);
            const to = (top + y) * size.width + left + x;
            weights[to] = (weights[to] ?? 0) + weight;
            for (let c = 0; c < latentChannels; c += 1)
              sum[c * places + to] =
                (sum[c * places + to] ?? 0) + weight * (made[(c * high + y) * wide + x] ?? 0);
          }
      }
    return sum.map((value, at) => value / (weights[at % places] ?? 1));
  };
}

/** Even steps from one end to the other. */
export function startsOf(size: number, tile: number): number[] {
  if (tile >= size) return [0];
  const steps = Math.ceil((size - tile) / (tile * (1 - OVERLAP)));
  return Array.from({ length: steps + 1 }, (_, at) => Math.round((at * (size - tile)) / steps));
}

/** Rises and falls as a sine squared, and is nowhere zero: at a picture's border a tile stands alone. */
function windowOf(length: number): Float32Array {
  return Float32Array.from({ length }, (_, at) => Math.sin((Math.PI * (at + 0.5)) / length) ** 2 + 1e-4);
}

function cut(
  sample: Float32Array,
  { height, width }: LatentSize,
  { top, left, high, wide }: { top: number; left: number; high: number; wide: number },
  channels: number,
): Float32Array {
  const out = new Float32Array(channels * high * wide);
  for (let c = 0; c < channels; c += 1)
    for (let y = 0; y < high; y += 1) {
      const from = (c * height + top + y) * width + left;
      out.set(sample.subarray(from, from + wide), (c * high + y) * wide);
    }
  return out;
}

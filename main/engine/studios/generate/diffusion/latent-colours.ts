import type { DiffusionFamily } from '../../../../../contract/bundle.ts';
import type { RawPicture } from '../../../media/raw-picture.ts';
import type { LatentSize } from './networks.ts';

/**
 * Red, green and blue of each latent channel, found by others by fitting decoded pictures; times 127.5 plus 127.5 they
 * are the picture's colours, an eighth of its size.
 */
const COLOURS: Readonly<Record<'sd' | 'sdxl', readonly (readonly [number, number, number])[]>> = {
  sd: [
    [0.3512, 0.2297, 0.3227],
    [0.325, 0.4974, 0.235],
    [-0.2829, 0.1762, 0.2721],
    [-0.212, -0.2616, -0.7177],
  ],
  sdxl: [
    [0.392, 0.4054, 0.4549],
    [-0.2634, -0.0196, 0.0653],
    [0.0568, 0.1687, -0.0755],
    [-0.3112, -0.2359, -0.2076],
  ],
};

/** What latents look like, about, without the decoder: for previews while a picture is made. */
export function pictureOfLatents(
  latents: Float32Array,
  { height, width }: LatentSize,
  family: DiffusionFamily,
): RawPicture {
  const places = height * width;
  const data = new Uint8Array(3 * places);
  const colours = COLOURS[family === 'sdxl' ? 'sdxl' : 'sd'];
  for (let c = 0; c < 3; c += 1) {
    for (let at = 0; at < places; at += 1) {
      let sum = 0;
      for (const [channel, factors] of colours.entries())
        sum += (latents[channel * places + at] ?? 0) * (factors[c] ?? 0);
      data[3 * at + c] = Math.min(255, Math.max(0, (sum / 2 + 0.5) * 255));
    }
  }
  return { width, height, data };
}

import type { Planes } from './noisy-picture.ts';

/** Pixels around one over which what the network misses is averaged. */
const NEAR = 3;
/** The share of the picture that has least of it: there it is noise alone. */
const QUIETEST = 0.2;
const BINS = 4096;

/**
 * Gives back what the network could not tell from around a pixel: where it misses more than the noise alone explains,
 * the rest is detail, and the pixel itself is heard by as much (the mean of the posterior for normal noise and a normal
 * error of the network; Laine et al. 2019).
 * @param told what the network made; gets the result
 * @returns the noise's deviation that was found, 0..1, and the mean share of the pixels' own voice
 */
export function keepDetail(noisy: Planes, told: Planes): { deviation: number; kept: number } {
  const { width, height } = noisy;
  let [deviation, kept] = [0, 0];
  for (let c = 0; c < 3; c++) {
    const missed = boxed(width, height, NEAR, (x, y) => (noisy.at(c, x, y) - told.at(c, x, y)) ** 2);
    const noise = quantile(missed, QUIETEST);
    deviation += Math.sqrt(noise) / 3;
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const all = missed[y * width + x]!;
        const share = all > noise ? (all - noise) / all : 0;
        kept += share / (3 * width * height);
        const own = told.at(c, x, y);
        told.set(c, x, y, own + share * (noisy.at(c, x, y) - own));
      }
  }
  return { deviation, kept };
}

/** Means over squares of 2 * near + 1 pixels, cut at the borders: sums that run along rows, then down columns. */
export function boxed(
  width: number,
  height: number,
  near: number,
  value: (x: number, y: number) => number,
): Float32Array {
  const out = new Float32Array(width * height);
  const across = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    let sum = 0;
    for (let x = 0; x < Math.min(near, width); x++) sum += value(x, y);
    for (let x = 0; x < width; x++) {
      if (x + near < width) sum += value(x + near, y);
      if (x - near - 1 >= 0) sum -= value(x - near - 1, y);
      across[y * width + x] = sum / (Math.min(width - 1, x + near) - Math.max(0, x - near) + 1);
    }
  }
  for (let x = 0; x < width; x++) {
    let sum = 0;
    for (let y = 0; y < Math.min(near, height); y++) sum += across[y * width + x]!;
    for (let y = 0; y < height; y++) {
      if (y + near < height) sum += across[(y + near) * width + x]!;
      if (y - near - 1 >= 0) sum -= across[(y - near - 1) * width + x]!;
      // Rounding may leave a little less than nothing.
      out[y * width + x] = Math.max(0, sum / (Math.min(height - 1, y + near) - Math.max(0, y - near) + 1));
    }
  }
  return out;
}

/** Roughly the value below which a share of all lies, by a count in bins of the square root. */
function quantile(values: Float32Array, share: number): number {
  let most = 0;
  for (const value of values) most = Math.max(most, value);
  if (most === 0) return 0;
  const counts = new Uint32Array(BINS);
  const scale = (BINS - 1) / Math.sqrt(most);
  for (const value of values) counts[Math.floor(Math.sqrt(value) * scale)]! += 1;
  let [seen, bin] = [0, 0];
  while (bin < BINS - 1 && seen + counts[bin]! < share * values.length) seen += counts[bin++]!;
  return ((bin + 0.5) / scale) ** 2;
}

import type { Planes } from './noisy-picture.ts';

/** Pixels around one over which what the network misses is averaged: of what is there, and of the noise. */
const NEAR = 4;
const FAR = 8;
/** Steps of brightness for each of which the noise is told: sensors have more of it in the light, less where it is cut. */
const STEPS = 12;
/** A step with fewer pixels is told by the whole picture. */
const LEAST = 2000;
const BINS = 2048;

/**
 * Gives back what the network could not tell from around a pixel: where it misses more than the noise alone explains,
 * the rest is detail, and the pixel itself is heard by as much (the mean of the posterior for normal noise and a normal
 * error of the network; Laine et al. 2019). The noise is what is missed in the middle of all places of a brightness.
 * @param told what the network made; gets the result
 * @returns the noise's deviation that was found, 0..1, and the mean share of the pixels' own voice
 */
export function keepDetail(noisy: Planes, told: Planes): { deviation: number; kept: number } {
  const { width, height } = noisy;
  let [deviation, kept] = [0, 0];
  for (let c = 0; c < 3; c++) {
    const square = (x: number, y: number) => (noisy.at(c, x, y) - told.at(c, x, y)) ** 2;
    const noise = noiseByBrightness(told, c, boxed(width, height, FAR, square));
    const missed = boxed(width, height, NEAR, square);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const own = told.at(c, x, y);
        const [all, usual] = [missed[y * width + x]!, noise(own)];
        const share = all > usual ? (all - usual) / all : 0;
        kept += share / (3 * width * height);
        deviation += Math.sqrt(usual) / (3 * width * height);
        told.set(c, x, y, own + share * (noisy.at(c, x, y) - own));
      }
  }
  return { deviation, kept };
}

/** The middle of what is missed at each brightness, as a function of it. */
function noiseByBrightness(told: Planes, c: number, missed: Float32Array): (value: number) => number {
  let most = 1e-12;
  for (const value of missed) most = Math.max(most, value);
  const scale = (BINS - 1) / Math.sqrt(most);
  const counts = Array.from({ length: STEPS }, () => new Uint32Array(BINS));
  for (let y = 0; y < told.height; y++)
    for (let x = 0; x < told.width; x++) {
      const step = Math.min(STEPS - 1, Math.floor(told.at(c, x, y) * STEPS));
      counts[step]![Math.floor(Math.sqrt(missed[y * told.width + x]!) * scale)]! += 1;
    }
  const all = new Uint32Array(BINS);
  for (const own of counts) for (const [bin, count] of own.entries()) all[bin]! += count;
  const middles = counts.map((own) => middleOf(own.reduce((a, b) => a + b, 0) < LEAST ? all : own, scale));
  return (value) => {
    const place = Math.min(STEPS - 1, Math.max(0, value * STEPS - 0.5));
    const step = Math.min(STEPS - 2, Math.floor(place));
    const share = place - step;
    return (1 - share) * middles[step]! + share * middles[step + 1]!;
  };
}

/** The value that half of all lie below, from a count in bins of its square root. */
function middleOf(counts: Uint32Array, scale: number): number {
  const half = counts.reduce((a, b) => a + b, 0) / 2;
  let [seen, bin] = [0, 0];
  while (bin < BINS - 1 && seen + counts[bin]! < half) seen += counts[bin++]!;
  return ((bin + 0.5) / scale) ** 2;
}

/** Means over squares of 2 * near + 1 pixels, cut at the borders: sums that run along rows, then down columns. */
function boxed(
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

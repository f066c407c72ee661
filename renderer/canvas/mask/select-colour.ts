import type { Point, Size } from '../view.ts';
import type { Steps } from './slices.ts';

/** Of a picture as a canvas gives it: RGBA, 0..255, sRGB. */
export interface Pixels extends Size {
  readonly data: Uint8ClampedArray;
}

/** From the tolerance to so many times of it, a pixel is less and less alike. */
const SOFT = 1.3;
/** Pixels that are looked at in one step. */
const STEP = 4096;
/** The distance in Oklab of which a tolerance of 1 takes everything in: black and white are that far apart. */
const FARTHEST = 1;

/**
 * Where a picture has the colour that it has at a point.
 *
 * @param tolerance 0..1 of the way from black to white in Oklab (https://bottosson.github.io/posts/oklab/)
 * @param isConnected only what hangs together with the point; else everywhere
 * @returns coverage 0..255, of the picture's size
 */
export function* selectColour(
  picture: Pixels,
  at: Point,
  tolerance: number,
  isConnected: boolean,
): Steps<Uint8Array> {
  const { width, height } = picture;
  const seed = Math.floor(at.y) * width + Math.floor(at.x);
  const coverage = new Uint8Array(width * height);
  if (!(at.x >= 0 && at.y >= 0 && at.x < width && at.y < height)) return coverage;
  const lab = yield* oklab(picture);
  const hard = Math.max(tolerance * FARTHEST, 1e-4);
  const alike = (pixel: number): number => {
    let squares = 0;
    for (let c = 0; c < 3; c++) squares += (lab[3 * pixel + c]! - lab[3 * seed + c]!) ** 2;
    const beyond = (Math.sqrt(squares) / hard - 1) / (SOFT - 1);
    return Math.round(255 * Math.min(1, Math.max(0, 1 - beyond)));
  };
  if (!isConnected) {
    for (let pixel = 0; pixel < coverage.length; pixel++) {
      coverage[pixel] = alike(pixel);
      if (pixel % STEP === 0) yield;
    }
    return coverage;
  }
  const seen = new Uint8Array(coverage.length);
  const waiting = [seed];
  let count = 0;
  seen[seed] = 1;
  for (let pixel = waiting.pop(); pixel !== undefined; pixel = waiting.pop()) {
    if (count++ % STEP === 0) yield;
    const value = alike(pixel);
    coverage[pixel] = value;
    // The soft edge belongs to it, and nothing behind that.
    if (value < 255) continue;
    const x = pixel % width;
    for (const next of [
      x > 0 ? pixel - 1 : -1,
      x < width - 1 ? pixel + 1 : -1,
      pixel - width,
      pixel + width,
    ]) {
      if (next < 0 || next >= coverage.length || seen[next]) continue;
      seen[next] = 1;
      waiting.push(next);
    }
  }
  return coverage;
}

/** Lightness and two axes of colour for each pixel. */
function* oklab({ data }: Pixels): Steps<Float32Array> {
  const linear = Float32Array.from({ length: 256 }, (_, level) => {
    const value = level / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const lab = new Float32Array((data.length / 4) * 3);
  for (let pixel = 0; pixel < data.length / 4; pixel++) {
    if (pixel % STEP === 0) yield;
    const r = linear[data[4 * pixel]!]!;
    const g = linear[data[4 * pixel + 1]!]!;
    const b = linear[data[4 * pixel + 2]!]!;
    const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    lab[3 * pixel] = 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s;
    lab[3 * pixel + 1] = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
    lab[3 * pixel + 2] = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
  }
  return lab;
}

import sharp, { type Sharp } from 'sharp';

/** Pixels of a file as they are: no colour conversion, upright as stored. */
export async function pixels(
  file: string,
): Promise<{ data: Uint8Array; width: number; height: number; channels: number }> {
  const { data, info } = await sharp(file, { ignoreIcc: true, limitInputPixels: false })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels };
}

/** Peak signal to noise over all samples, in dB, of two 8-bit pictures of one shape. */
export function psnr(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return 10 * Math.log10(255 ** 2 / (sum / a.length));
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`${a.length} samples against ${b.length}`);
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  return largest;
}

/** A picture drawn by a function of x and y; sRGB unless its maker says otherwise. */
export function drawn(
  width: number,
  height: number,
  channels: 1 | 2 | 3 | 4,
  at: (x: number, y: number, c: number) => number,
): Sharp {
  const data = new Uint8Array(width * height * channels);
  for (let i = 0, y = 0; y < height; y++)
    for (let x = 0; x < width; x++) for (let c = 0; c < channels; c++) data[i++] = at(x, y, c);
  return sharp(data, { raw: { width, height, channels } });
}

/** Something with edges, texture and gradients, the same every time. */
export function motif(x: number, y: number, c: number): number {
  const wave = 60 * Math.sin((x + 3 * c) / 5) * Math.cos(y / (7 + c));
  const block = ((x >> 4) + (y >> 4)) % 2 ? 40 : 0;
  return Math.max(0, Math.min(255, Math.round(100 + wave + block + ((x * 31 + y * 17) % 23))));
}

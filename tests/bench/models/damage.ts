import sharp from 'sharp';
import type { Picture } from '../support/pictures.ts';

/** Deterministic noise: Numerical Recipes' generator, and Box and Muller's way to normal numbers. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
}

type Damage = (picture: Picture) => Picture | Promise<Picture>;

const each = ({ data, ...size }: Picture, change: (value: number, at: number) => number): Picture => ({
  ...size,
  data: Uint8Array.from(data, (value, at) => Math.min(255, Math.max(0, Math.round(change(value, at))))),
});

/** What goes wrong with a picture, by the task that mends it; strengths as the field's papers use them. */
export const DAMAGES: Readonly<Record<string, Damage>> = {
  /** Normal noise of 25 of 255. */
  denoise(picture) {
    const next = random(7);
    return each(picture, (value) => {
      const normal = Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());
      return value + 25 * normal;
    });
  },
  /** A hand that moves 9 pixels to the right and 4 down while the shutter is open. */
  deblur(picture) {
    // Around where the pixel is: a result that is not moved either can be compared with the clean picture.
    const reach = 4;
    return each(picture, (_, at) => {
      let sum = 0;
      for (let step = -reach; step <= reach; step++) sum += shifted(picture, at, step, Math.round(step / 2));
      return sum / (2 * reach + 1);
    });
  },
  /** A downpour: streaks of 30 pixels, a little slanted, one for every 250 pixels, added to the light. */
  derain(picture) {
    const { width, height } = picture;
    const next = random(11);
    const light = new Float32Array(width * height);
    for (let drop = 0; drop < width * height * 0.004; drop++) {
      const [x, y, strength] = [next() * width, next() * height, 80 * (0.5 + next())];
      for (let step = 0; step < 30; step++) {
        const [left, row] = [Math.floor(x + step * 0.15), Math.floor(y + step)];
        if (left + 1 >= width || row >= height) break;
        // Shared by two columns, or a slant would be a staircase.
        const share = x + step * 0.15 - left;
        light[row * width + left]! += strength * (1 - share);
        light[row * width + left + 1]! += strength * share;
      }
    }
    return each(picture, (value, at) => value + Math.min(200, light[Math.floor(at / 3)]!));
  },
  /** The standard model of haze, J t + A (1 - t), thicker towards the top as towards the distance. */
  dehaze(picture) {
    const { width, height } = picture;
    return each(picture, (value, at) => {
      const depth = 1 - Math.floor(at / (3 * width)) / height;
      const through = Math.exp(-0.4 - 0.6 * depth);
      return value * through + 225 * (1 - through);
    });
  },
  /** A quarter of the light and the noise that comes with it. */
  enhance(picture) {
    const next = random(13);
    return each(picture, (value) => {
      const dark = 255 * (value / 255) ** 1.4 * 0.25;
      const normal = Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());
      return dark + 1.5 * normal;
    });
  },
  /** JPEG of quality 10. */
  async deartifact({ data, width, height }) {
    const raw = { width, height, channels: 3 as const };
    const jpeg = await sharp(data, { raw }).jpeg({ quality: 10 }).toBuffer();
    return { width, height, data: await sharp(jpeg).raw().toBuffer() };
  },
};

/** The sample `right` and `down` pixels further, the edge beyond the edge. */
function shifted({ data, width, height }: Picture, at: number, right: number, down: number): number {
  const pixel = Math.floor(at / 3);
  const inside = (value: number, size: number) => Math.min(size - 1, Math.max(0, value));
  const x = inside((pixel % width) + right, width);
  const y = inside(Math.floor(pixel / width) + down, height);
  return data[(y * width + x) * 3 + (at % 3)]!;
}

/** Peak signal to noise, dB. */
export function psnr(a: Picture, b: Picture): number {
  const sum = a.data.reduce((total, value, at) => total + (value - b.data[at]!) ** 2, 0);
  return 10 * Math.log10((255 ** 2 * a.data.length) / sum);
}

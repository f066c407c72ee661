import sharp from 'sharp';
import type { Picture } from '../support/pictures.ts';

/** A scene's own pixels before it is reduced; four for each of a sample. */
export const MASTER = { width: 1056, height: 672 };

/** A number 0..1 for each call, the same row for the same seed (Mulberry's 32-bit generator). */
export function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Shapes as the picture that they draw, `MASTER` pixels. */
export async function drawn(shapes: string): Promise<Picture> {
  const { width, height } = MASTER;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${shapes}</svg>`;
  const { data, info } = await sharp(Buffer.from(svg))
    .flatten({ background: '#ffffff' })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

/** Letters as strokes on a field of 4 x 6: no font is needed, and none is the same everywhere. */
const LETTERS: Readonly<Record<string, string>> = {
  E: 'M4 0H0V6H4M0 3H3',
  G: 'M4 1Q3.6 0 2 0Q0 0 0 3Q0 6 2 6Q4 6 4 3.4H2.4',
  O: 'M2 0Q0 0 0 3Q0 6 2 6Q4 6 4 3Q4 0 2 0',
  S: 'M4 1Q3.5 0 2 0Q0 0 0 1.6Q0 3 2 3Q4 3 4 4.4Q4 6 2 6Q.5 6 0 5',
};

/** @param size height of a letter, pixels */
export function lettered(text: string, x: number, y: number, size: number, stroke: string): string {
  const unit = size / 6;
  return [...text]
    .map((letter, at) => {
      const place = `translate(${x + at * 5.6 * unit} ${y}) scale(${unit})`;
      return `<path d="${LETTERS[letter]}" transform="${place}" fill="none" stroke="${stroke}" stroke-width=".8" stroke-linecap="round" stroke-linejoin="round"/>`;
    })
    .join('');
}

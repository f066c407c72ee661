import type { Planes } from '../noisy-picture.ts';
import type { Vae } from '../open-vae.ts';
import { middleOf } from '../picture-space.ts';

/** Deviations from the middle at which the map is white. */
const WHITE = 6;

/**
 * A map of what a network that has learnt pictures cannot make again, patch by patch at full resolution. Patches lie half
 * over each other; how much is missed of one (the logarithm of its mean square) counts by how far it lies above the
 * middle of all patches of the picture.
 * @param tell called with 0..1
 * @returns 0..255 a pixel: 0 at and below the middle, 255 at `WHITE` deviations
 */
export async function vaeView(vae: Vae, planes: Planes, tell: (done: number) => void): Promise<Uint8Array> {
  const { width, height } = planes;
  const { size } = vae.shape;
  const half = size / 2;
  const [columns, rows] = [Math.ceil(width / half) + 1, Math.ceil(height / half) + 1];
  const missed = new Float32Array(columns * rows);
  const each = 3 * size * size;
  const patches = new Float32Array(columns * each);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      for (let c = 0; c < 3; c++)
        for (let place = 0; place < size * size; place++) {
          // The first patches begin half outside, so that every pixel lies in four of them.
          const [x, y] = [
            column * half - half + (place % size),
            row * half - half + Math.floor(place / size),
          ];
          patches[column * each + c * size * size + place] = planes.at(c, x, y);
        }
    const made = await vae.again(patches);
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (let at = column * each; at < (column + 1) * each; at++) sum += (patches[at]! - made[at]!) ** 2;
      missed[row * columns + column] = Math.log(sum / each + 1e-6);
    }
    tell((row + 1) / rows);
  }
  const { middle, spread } = middleOf([...missed]);
  const shades = missed.map((value) => (255 * (value - middle)) / (WHITE * spread));
  const map = new Uint8Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) map[y * width + x] = shadeAt(shades, columns, x / half, y / half);
  return map;
}

/** Between the middles of four patches, which lie at whole places. */
function shadeAt(shades: Float32Array, columns: number, x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [right, down] = [x - left, y - top];
  const at = top * columns + left;
  const above = (1 - right) * shades[at]! + right * shades[at + 1]!;
  const below = (1 - right) * shades[at + columns]! + right * shades[at + columns + 1]!;
  return Math.min(255, Math.max(0, Math.round((1 - down) * above + down * below)));
}

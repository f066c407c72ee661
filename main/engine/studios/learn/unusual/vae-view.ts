import type { Vae } from '../open-vae.ts';
import type { Piece } from './surroundings.ts';

/**
 * What a network that has learnt pictures misses of a piece, patch by patch at full resolution: how much lighter (or
 * darker: below 0) each pixel is than the network makes its patch again. Steps of 255.
 */
export async function missedBy(vae: Vae, { width, height, planes }: Piece): Promise<Float32Array> {
  const { size } = vae.shape;
  const [area, each] = [width * height, size * size];
  const [columns, rows] = [Math.ceil(width / size), Math.ceil(height / size)];
  const squares = new Float32Array(columns * rows * 3 * each);
  const place = (square: number, at: number) => {
    // The last patches end with the piece.
    const left = Math.max(0, Math.min((square % columns) * size, width - size));
    const top = Math.max(0, Math.min(Math.floor(square / columns) * size, height - size));
    const [x, y] = [left + (at % size), top + Math.floor(at / size)];
    return Math.min(y, height - 1) * width + Math.min(x, width - 1);
  };
  for (let square = 0; square < columns * rows; square++)
    for (let at = 0; at < each; at++)
      for (let c = 0; c < 3; c++)
        squares[(3 * square + c) * each + at] = planes[c * area + place(square, at)]!;
  const made = await vae.again(squares);
  const missed = new Float32Array(area);
  for (let square = 0; square < columns * rows; square++)
    for (let at = 0; at < each; at++) {
      const [r, g, b] = [0, 1, 2].map((c) => {
        const index = (3 * square + c) * each + at;
        return squares[index]! - made[index]!;
      });
      missed[place(square, at)] = (255 * (r! + 2 * g! + b!)) / 4;
    }
  return missed;
}

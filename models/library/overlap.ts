import { MEASURED_OVERLAPS } from '../../contract/descriptor.ts';

/**
 * Half of what still counts as the same picture (two steps of an 8-bit sample): photographs can be harder than the
 * test strip. Real-ESRGAN x4plus at 48 pixels measured 1.6 here, and 6 on a photograph of a cat.
 */
const TILE_TOLERANCE = 1 / 255;

/** The widest distance from a cut that `chooseOverlap` needs errors for, in input pixels. */
export const OVERLAP_REACH = 80;

/**
 * The largest difference between a tile and the whole picture, by distance from the tile's cut edge.
 * @param whole [channels, height * scale, wholeWidth * scale], the network on the whole picture
 * @param tile the network on its left `tileWidth` columns alone
 * @returns for each distance 0, 1, 2... in input pixels, the largest absolute difference
 */
export function errorByDistance(
  whole: Float32Array,
  tile: Float32Array,
  size: { channels: number; height: number; scale: number; wholeWidth: number; tileWidth: number },
): number[] {
  const { scale } = size;
  const [wide, narrow] = [size.wholeWidth * scale, size.tileWidth * scale];
  const rows = size.channels * size.height * scale;
  const errors = new Array<number>(size.tileWidth).fill(0);
  for (let row = 0; row < rows; row += 1) {
    for (let x = 0; x < narrow; x += 1) {
      const error = Math.abs((whole[row * wide + x] ?? 0) - (tile[row * narrow + x] ?? 0));
      const distance = size.tileWidth - 1 - Math.floor(x / scale);
      if (error > (errors[distance] ?? 0)) errors[distance] = error;
    }
  }
  return errors;
}

/**
 * The smallest of the measured overlaps that keeps blended tiles within tolerance of the whole picture.
 *
 * Neighbouring tiles share 2 * o input pixels; a tile's outputs nearer to its cut than o / 2 are dropped, and its
 * weight runs from 0 there to 1 at 3o / 2. At distance d from one tile's cut the other tile is 2o - d from its own,
 * so both errors add up, each with its weight; further in than 3o / 2 the tile stands alone.
 * @returns an overlap in input pixels; the largest where none of the smaller passes
 */
export function chooseOverlap(errors: readonly number[]): number {
  for (const overlap of MEASURED_OVERLAPS.slice(0, -1)) {
    if (worstError(errors, overlap) <= TILE_TOLERANCE) return overlap;
  }
  return MEASURED_OVERLAPS.at(-1) ?? 64;
}

/** The largest difference that blending with this overlap leaves. */
function worstError(errors: readonly number[], overlap: number): number {
  const at = (distance: number) => errors[distance] ?? 0;
  let worst = 0;
  for (let d = Math.floor(overlap / 2); d < errors.length; d += 1) {
    const weight = Math.min(1, Math.max(0, (d + 0.5 - overlap / 2) / overlap));
    const other = weight < 1 ? (1 - weight) * at(2 * overlap - 1 - d) : 0;
    worst = Math.max(worst, weight * at(d) + other);
  }
  return worst;
}

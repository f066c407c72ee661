import { wrapAxis } from '../values.ts';
import type { Backward } from './backward.ts';

/**
 * What Resize does along one axis, as numbers: row i says how output pixel i is mixed of the input's (ONNX: Resize).
 * @returns row-major, [made, size]
 */
export function resizeMatrix(step: Backward, axis: number, size: number, made: number): Float32Array {
  const mode = step.string('mode', 'nearest');
  if (mode === 'cubic' || step.int('antialias', 0))
    throw new Error('Resize learns by nearest or linear, without antialiasing');
  const coordinates = step.string('coordinate_transformation_mode', 'half_pixel');
  const rounding = step.string('nearest_mode', 'round_prefer_floor');
  const scale = scaleOf(step, axis) ?? made / size;
  const matrix = new Float32Array(made * size);
  const add = (row: number, column: number, weight: number) => {
    const at = row * size + Math.min(size - 1, Math.max(0, column));
    matrix[at] = (matrix[at] ?? 0) + weight;
  };
  for (let row = 0; row < made; row += 1) {
    const place = placeOf(row);
    if (mode === 'nearest') add(row, rounded(place, rounding), 1);
    else {
      const from = Math.floor(place);
      add(row, from, 1 - (place - from));
      add(row, from + 1, place - from);
    }
  }
  return matrix;

  function placeOf(row: number): number {
    switch (coordinates) {
      case 'asymmetric':
        return row / scale;
      case 'align_corners':
        return made === 1 ? 0 : (row * (size - 1)) / (made - 1);
      case 'pytorch_half_pixel':
        return made > 1 ? (row + 0.5) / scale - 0.5 : 0;
      case 'half_pixel':
        return (row + 0.5) / scale - 0.5;
      default:
        throw new Error(`Resize does not learn with ${coordinates}`);
    }
  }
}

/** The scale that a Resize was told for an axis; undefined where it was told sizes, or nothing of this axis. */
export function scaleOf(step: Backward, axis: number): number | undefined {
  const rank = step.dims(0).length;
  const axes = step.ints('axes', [...step.dims(0).keys()]).map((own) => wrapAxis(own, rank));
  return step.has(2) ? step.numbers(2)[axes.indexOf(axis)] : undefined;
}

function rounded(place: number, mode: string): number {
  if (mode === 'floor') return Math.floor(place);
  if (mode === 'ceil') return Math.ceil(place);
  return mode === 'round_prefer_ceil' ? Math.floor(place + 0.5) : Math.ceil(place - 0.5);
}

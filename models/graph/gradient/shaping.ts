import type { GraphBuilder } from '../builder.ts';
import { countOf } from '../values.ts';
import type { Dims } from './backward.ts';

/** Sums over axes; they stay as ones unless `drop` is set. */
export function sum(b: GraphBuilder, x: string, axes: readonly number[], drop = false): string {
  if (!axes.length) return x;
  return b.node('ReduceSum', [x, b.ints(axes)], { keepdims: { int: drop ? 0 : 1 } });
}

/** Takes a broadcast back: what was repeated is summed, so that `from` becomes `to`. */
export function sumTo(b: GraphBuilder, x: string, from: Dims, to: Dims): string {
  if (from.join() === to.join()) return x;
  const extra = from.length - to.length;
  const axes = from.flatMap((size, axis) =>
    axis < extra || ((to[axis - extra] ?? 1) === 1 && size !== 1) ? [axis] : [],
  );
  const summed = sum(b, x, axes);
  return extra > 0 ? b.reshape(summed, to) : summed;
}

/** x of `dims` with its last two axes exchanged. */
export function flip(b: GraphBuilder, x: string, dims: Dims): string {
  const perm = dims.map((_, axis) => axis);
  const last = perm.length - 1;
  [perm[last - 1], perm[last]] = [last, last - 1];
  return b.transpose(x, perm);
}

/** Zeros of the given sizes. */
export function zeros(b: GraphBuilder, dims: Dims): string {
  const zero = b.constant(new Float32Array(1), [], 'zero');
  return dims.length ? b.expand(zero, dims) : zero;
}

/**
 * A linear map along one axis: y[..., i, ...] = sum over j of matrix[i][j] * x[..., j, ...].
 * @param matrix row-major, [rows, dims[axis]]
 */
export function mapAxis(
  b: GraphBuilder,
  x: string,
  dims: Dims,
  axis: number,
  matrix: Float32Array,
  rows: number,
): string {
  const size = dims[axis] ?? 1;
  const last = dims.length - 1;
  if (axis === last) {
    // x * matrix^T
    const turned = new Float32Array(matrix.length);
    for (let i = 0; i < rows; i += 1)
      for (let j = 0; j < size; j += 1) turned[j * rows + i] = matrix[i * size + j] ?? 0;
    return b.matmul(x, b.constant(turned, [size, rows], 'map'));
  }
  // The axes behind it are one row of numbers to the matrix.
  const inner = countOf(dims.slice(axis + 1));
  const flat = axis === last - 1 ? x : b.reshape(x, [...dims.slice(0, axis), size, inner]);
  const mapped = b.matmul(b.constant(matrix, [rows, size], 'map'), flat);
  return axis === last - 1
    ? mapped
    : b.reshape(mapped, [...dims.slice(0, axis), rows, ...dims.slice(axis + 1)]);
}

/** A matrix [rows, columns] turned round: [columns, rows]. */
export function turned(matrix: Float32Array, rows: number, columns: number): Float32Array {
  return matrix.map((_, at) => matrix[(at % rows) * columns + Math.floor(at / rows)] ?? 0);
}

/** Adds numbers to slices of zeros: out[indices[i]] += values[i] along an axis; all of the same rank. */
export function scatterAdd(
  b: GraphBuilder,
  dims: Dims,
  indices: string,
  values: string,
  axis: number,
): string {
  return b.node('ScatterElements', [zeros(b, dims), indices, values], {
    axis: { int: axis },
    reduction: { string: 'add' },
  });
}

import { wrap } from './gradient-noise.ts';

/**
 * A grid of values on a torus, read between its places: cubic B-splines, which are smooth in slope as well (Unser,
 * "Splines: a perfect fit", 1999), so light that falls on it shows no grid.
 */
export class PeriodicGrid {
  constructor(
    readonly values: Float32Array,
    readonly columns: number,
    readonly rows: number,
  ) {}

  /**
   * Rows of a tile of that size.
   * @param left,width the columns that are wanted; past the right edge they begin again
   */
  reader(size: { width: number; height: number }, left: number, width: number): GridReader {
    return new GridReader(this, size, left, width);
  }
}

export class GridReader {
  /** Of each column: the four grid columns around it, and their weights. */
  readonly #index: Int32Array;
  readonly #weight: Float64Array;
  readonly #column: Float64Array;
  readonly #four = new Float64Array(4);

  constructor(
    private readonly grid: PeriodicGrid,
    private readonly size: { width: number; height: number },
    left: number,
    private readonly width: number,
  ) {
    this.#index = new Int32Array(4 * width);
    this.#weight = new Float64Array(4 * width);
    this.#column = new Float64Array(grid.columns);
    for (let x = 0; x < width; x++) {
      const place = ((left + x + 0.5) * grid.columns) / size.width - 0.5;
      const first = Math.floor(place);
      weights(place - first, this.#four);
      for (let k = 0; k < 4; k++) {
        this.#index[4 * x + k] = wrap(first - 1 + k, grid.columns);
        this.#weight[4 * x + k] = this.#four[k]!;
      }
    }
  }

  /** Row `y` of the tile, which may lie past its ends, into the first entries of `into`. */
  row(y: number, into: Float64Array): void {
    const { values, columns, rows } = this.grid;
    const place = ((y + 0.5) * rows) / this.size.height - 0.5;
    const first = Math.floor(place);
    weights(place - first, this.#four);
    const column = this.#column;
    column.fill(0);
    for (let k = 0; k < 4; k++) {
      const from = wrap(first - 1 + k, rows) * columns;
      const weight = this.#four[k]!;
      for (let x = 0; x < columns; x++) column[x]! += weight * values[from + x]!;
    }
    const [index, weight] = [this.#index, this.#weight];
    for (let x = 0, at = 0; x < this.width; x++, at += 4)
      into[x] =
        weight[at]! * column[index[at]!]! +
        weight[at + 1]! * column[index[at + 1]!]! +
        weight[at + 2]! * column[index[at + 2]!]! +
        weight[at + 3]! * column[index[at + 3]!]!;
  }
}

/** Of the uniform cubic B-spline. @param t 0..1 past the second of four places */
function weights(t: number, into: Float64Array): void {
  const s = 1 - t;
  into[0] = (s * s * s) / 6;
  into[1] = (3 * t * t * t - 6 * t * t + 4) / 6;
  into[2] = (3 * s * s * s - 6 * s * s + 4) / 6;
  into[3] = (t * t * t) / 6;
}

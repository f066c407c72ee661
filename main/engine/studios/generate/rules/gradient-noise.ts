import { hashAt } from '../../../random.ts';

/** Directions of gradients: as many as make no lattice visible. */
const DIRECTIONS = 256;
const COS = Float64Array.from({ length: DIRECTIONS }, (_, n) => Math.cos((2 * Math.PI * n) / DIRECTIONS));
const SIN = Float64Array.from({ length: DIRECTIONS }, (_, n) => Math.sin((2 * Math.PI * n) / DIRECTIONS));

/** What noise of one octave is worth at most: unit gradients in two dimensions. */
const PEAK = Math.SQRT1_2;

/** Lattices of so many cells are kept in memory; of larger ones each direction is worked out when it is wanted. */
const MOST_KEPT = 2 ** 15;

/** Directions at the corners of cells, which repeat after whole cells. */
export class Lattice {
  /**
   * Gradients, x and y of each corner; one more column and row than there are cells, so that the far corners of the
   * last ones stand beside the near ones.
   */
  readonly #kept: Float64Array | undefined;

  /** @param across,down cells until it repeats */
  constructor(
    readonly seed: number,
    readonly across: number,
    readonly down: number,
  ) {
    if (across * down > MOST_KEPT) return;
    this.#kept = new Float64Array(2 * (across + 1) * (down + 1));
    for (let y = 0, at = 0; y <= down; y++)
      for (let x = 0; x <= across; x++, at += 2) {
        const direction = this.direction(x % across, y % down);
        this.#kept[at] = COS[direction]!;
        this.#kept[at + 1] = SIN[direction]!;
      }
  }

  /** One of DIRECTIONS. @param x,y of a corner, within the lattice */
  direction(x: number, y: number): number {
    return hashAt(x, y, this.seed) & (DIRECTIONS - 1);
  }

  /**
   * Gradient noise on a torus (Perlin, "Improving noise", 2002: gradients on a lattice, faded with
   * 6t^5 - 15t^4 + 10t^3), -1..1, at any place.
   * @param x,y in cells, anywhere within 2^31
   */
  at(x: number, y: number): number {
    const { across, down } = this;
    const column = Math.floor(x);
    const row = Math.floor(y);
    const left = wrap(column | 0, across);
    const top = wrap(row | 0, down);
    const u = x - column;
    const v = y - row;
    const s = fade(u);
    const t = fade(v);
    const kept = this.#kept;
    if (kept) {
      const corner = 2 * (top * (across + 1) + left);
      const under = corner + 2 * (across + 1);
      const a = kept[corner]! * u + kept[corner + 1]! * v;
      const b = kept[corner + 2]! * (u - 1) + kept[corner + 3]! * v;
      const c = kept[under]! * u + kept[under + 1]! * (v - 1);
      const d = kept[under + 2]! * (u - 1) + kept[under + 3]! * (v - 1);
      const upper = a + s * (b - a);
      return (upper + t * (c + s * (d - c) - upper)) / PEAK;
    }
    const right = left + 1 === across ? 0 : left + 1;
    const bottom = top + 1 === down ? 0 : top + 1;
    const a = this.#dot(left, top, u, v);
    const b = this.#dot(right, top, u - 1, v);
    const c = this.#dot(left, bottom, u, v - 1);
    const d = this.#dot(right, bottom, u - 1, v - 1);
    const upper = a + s * (b - a);
    return (upper + t * (c + s * (d - c) - upper)) / PEAK;
  }

  #dot(x: number, y: number, u: number, v: number): number {
    const direction = this.direction(x, y);
    return COS[direction]! * u + SIN[direction]! * v;
  }
}

/**
 * The same noise a row at a time. Within a row a cell's noise is fade(u) between two straight lines of u, so what hangs
 * on the row is worked out once a cell, and a pixel costs a few multiplications.
 */
export class NoiseRows {
  readonly #cell: Int32Array;
  readonly #u: Float64Array;
  readonly #fade: Float64Array;
  readonly #first: number;
  /** Of the lattice's columns that the part touches: slope and value at u = 0 of the row in hand. */
  readonly #slope: Float64Array;
  readonly #base: Float64Array;
  /** Directions at the lattice's rows above and below. */
  readonly #above: Uint8Array;
  readonly #below: Uint8Array;
  #row = Number.NaN;

  /**
   * @param size pixels of the whole, which has all of the lattice's cells
   * @param left,width the columns that rows are wanted of; past the right edge they begin again
   */
  constructor(
    private readonly lattice: Lattice,
    private readonly size: { width: number; height: number },
    left: number,
    width: number,
  ) {
    this.#cell = new Int32Array(width);
    this.#u = new Float64Array(width);
    this.#fade = new Float64Array(width);
    const perPixel = lattice.across / size.width;
    this.#first = Math.floor((left + 0.5) * perPixel);
    for (let x = 0; x < width; x++) {
      const place = (left + x + 0.5) * perPixel;
      const column = Math.floor(place);
      this.#cell[x] = column - this.#first;
      this.#u[x] = place - column;
      this.#fade[x] = fade(place - column);
    }
    const columns = this.#cell[width - 1]! + 2;
    this.#slope = new Float64Array(columns);
    this.#base = new Float64Array(columns);
    this.#above = new Uint8Array(columns);
    this.#below = new Uint8Array(columns);
  }

  /** Noise of row `y` (pixels, anywhere), -1..1, into the first entries of `into`. */
  row(y: number, into: Float64Array): void {
    this.#turnTo(y);
    const [cell, u, faded, slope, base] = [this.#cell, this.#u, this.#fade, this.#slope, this.#base];
    for (let x = 0; x < cell.length; x++) {
      const at = cell[x]!;
      const place = u[x]!;
      const left = base[at]! + slope[at]! * place;
      const right = base[at + 1]! + slope[at + 1]! * (place - 1);
      into[x] = left + faded[x]! * (right - left);
    }
  }

  #turnTo(y: number): void {
    const place = ((y + 0.5) * this.lattice.down) / this.size.height;
    const row = Math.floor(place);
    if (row !== this.#row) {
      this.#row = row;
      this.#directions(row, this.#above);
      this.#directions(row + 1, this.#below);
    }
    const v = place - row;
    const weight = fade(v);
    for (let at = 0; at < this.#slope.length; at++) {
      const a = this.#above[at]!;
      const b = this.#below[at]!;
      const upper = SIN[a]! * v;
      const lower = SIN[b]! * (v - 1);
      this.#slope[at] = (COS[a]! + weight * (COS[b]! - COS[a]!)) / PEAK;
      this.#base[at] = (upper + weight * (lower - upper)) / PEAK;
    }
  }

  #directions(row: number, into: Uint8Array): void {
    const { across, down } = this.lattice;
    const wrapped = wrap(row, down);
    for (let at = 0; at < into.length; at++)
      into[at] = this.lattice.direction(wrap(this.#first + at, across), wrapped);
  }
}

function fade(t: number): number {
  return t * t * t * (t * (t * 6 - 15) + 10);
}

/** 0..period-1. @param index whole, anywhere */
export function wrap(index: number, period: number): number {
  if (index >= 0 && index < period) return index;
  const rest = index % period;
  return rest < 0 ? rest + period : rest;
}

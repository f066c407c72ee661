import { wrap } from './gradient-noise.ts';
import { pointX, pointY, type Scatter } from './scattered.ts';

/** Rings of cells around one in which the nearest point of its places, and that one's neighbours, can lie. */
const RINGS = 3;
const WIDE = 2 * RINGS + 1;
const COUNT = WIDE * WIDE;

/** Directions from a point to those around it, and half of how far they are; the nearest first. */
interface Around {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly half: Float64Array;
}

/** What is nearest to a pixel among points that are scattered on a torus. */
export class Nearest {
  /** The cell whose point is nearest, within the torus. */
  column = 0;
  row = 0;
  /** From the pixel to that point, in cells, and how far it is. */
  dx = 0;
  dy = 0;
  distance = 0;
  /** To the line halfway to the next point, in cells. */
  edge = 0;
  /** Which way that line is, and which way the next nearest of such lines; both of length 1. */
  towardsX = 0;
  towardsY = 0;
  nextX = 0;
  nextY = 0;
  /** How much of the pixel is on the first one's side of where both are as near: 0.5..1. */
  share = 1;
  /** Points of the cells around the one in hand. */
  readonly #x = new Float64Array(COUNT);
  readonly #y = new Float64Array(COUNT);
  /** What is around those that were nearest to something in that cell. */
  readonly #around: (Around | undefined)[] = new Array(COUNT);
  #atColumn = Number.NaN;
  #atRow = Number.NaN;
  /** Pixels of a cell, as an edge counts them. */
  readonly pixels: number;

  /** @param wide,high pixels of a cell */
  constructor(
    private readonly scatter: Scatter,
    private readonly wide: number,
    private readonly high: number,
  ) {
    this.pixels = Math.min(wide, high);
  }

  /** Fills in the fields for the middle of a pixel. Pixels of the same cell are best asked for after each other. */
  find(x: number, y: number): void {
    const u = (x + 0.5) / this.wide;
    const v = (y + 0.5) / this.high;
    const column = Math.floor(u);
    const row = Math.floor(v);
    if (column !== this.#atColumn || row !== this.#atRow) this.#gather(column, row);
    let best = this.#nearestIn(1, u, v);
    // What is more than one ring away is at least a cell away.
    if (this.distance > 1) best = this.#nearestIn(2, u, v);
    this.column = wrap(column - RINGS + (best % WIDE), this.scatter.across);
    this.row = wrap(row - RINGS + Math.floor(best / WIDE), this.scatter.down);
    this.#findEdge(this.#around[best] ?? this.#lookAround(best));
  }

  /** Of the points of so many rings; also how far it is. @returns its index */
  #nearestIn(rings: number, u: number, v: number): number {
    const xs = this.#x;
    const ys = this.#y;
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let j = RINGS - rings; j <= RINGS + rings; j++)
      for (let at = j * WIDE + RINGS - rings, end = at + 2 * rings; at <= end; at++) {
        const dx = xs[at]! - u;
        const dy = ys[at]! - v;
        const far = dx * dx + dy * dy;
        if (far < least) {
          least = far;
          best = at;
        }
      }
    this.dx = xs[best]! - u;
    this.dy = ys[best]! - v;
    this.distance = Math.sqrt(least);
    return best;
  }

  #findEdge({ x, y, half }: Around): void {
    const { dx, dy, distance } = this;
    let edge = Number.POSITIVE_INFINITY;
    let second = Number.POSITIVE_INFINITY;
    let [first, next] = [0, 0];
    // The nearest first: soon none that follows can be nearer than what was found.
    for (let at = 0; at < half.length && half[at]! - distance < second; at++) {
      const to = half[at]! + dx * x[at]! + dy * y[at]!;
      if (to < edge) {
        second = edge;
        next = first;
        edge = to;
        first = at;
      } else if (to < second) {
        second = to;
        next = at;
      }
    }
    this.edge = edge;
    this.towardsX = x[first]!;
    this.towardsY = y[first]!;
    this.nextX = x[next]!;
    this.nextY = y[next]!;
    const apart = Math.sqrt((x[first]! - x[next]!) ** 2 + (y[first]! - y[next]!) ** 2);
    this.share = Math.min(1, 0.5 + ((second - edge) / apart) * this.pixels);
  }

  #lookAround(best: number): Around {
    const [xs, ys] = [this.#x, this.#y];
    const others = Array.from(xs, (_, at) => at)
      .filter((at) => at !== best)
      .map((at) => {
        const [x, y] = [xs[at]! - xs[best]!, ys[at]! - ys[best]!];
        const far = Math.sqrt(x * x + y * y);
        return [x / far, y / far, far / 2] as const;
      })
      .sort((a, b) => a[2] - b[2]);
    const around = {
      x: Float64Array.from(others, (other) => other[0]),
      y: Float64Array.from(others, (other) => other[1]),
      half: Float64Array.from(others, (other) => other[2]),
    };
    this.#around[best] = around;
    return around;
  }

  #gather(column: number, row: number): void {
    this.#atColumn = column;
    this.#atRow = row;
    this.#around.fill(undefined);
    for (let j = 0, at = 0; j < WIDE; j++)
      for (let i = 0; i < WIDE; i++, at++) {
        this.#x[at] = pointX(this.scatter, column - RINGS + i, row - RINGS + j);
        this.#y[at] = pointY(this.scatter, column - RINGS + i, row - RINGS + j);
      }
  }
}

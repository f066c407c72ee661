import { unitAt } from '../../../random.ts';
import { wrap } from './gradient-noise.ts';

/** A lattice of square cells on a torus, with a point in each. */
export interface Scatter {
  readonly seed: number;
  readonly across: number;
  readonly down: number;
  /** How far a point may be from the middle of its cell: 0 not at all, 1 as far as its edges. */
  readonly jitter: number;
}

/** Where the point of a cell is, in cells; beyond the torus' ends it is repeated. @param column,row anywhere */
export function pointX({ seed, across, down, jitter }: Scatter, column: number, row: number): number {
  return column + 0.5 + jitter * (unitAt(wrap(column, across), wrap(row, down), seed) - 0.5);
}

export function pointY({ seed, across, down, jitter }: Scatter, column: number, row: number): number {
  return row + 0.5 + jitter * (unitAt(wrap(column, across), wrap(row, down), seed ^ 0x2545f491) - 0.5);
}

/** Rings of cells around one whose points can be neighbours of its own. */
const RINGS = 3;

/**
 * The part of the plane that is nearer to a cell's point than to any other: a square that is cut by the line halfway to
 * each point around (Sutherland and Hodgman 1974).
 * @param shrink how far its edges move inwards, in cells
 * @returns x, y, x, y... in cells; empty where nothing is left
 */
export function cellPolygon(scatter: Scatter, column: number, row: number, shrink: number): number[] {
  const [x, y] = [pointX(scatter, column, row), pointY(scatter, column, row)];
  let polygon = [
    [x - RINGS, y - RINGS],
    [x + RINGS, y - RINGS],
    [x + RINGS, y + RINGS],
    [x - RINGS, y + RINGS],
  ];
  for (let down = -RINGS; down <= RINGS; down++)
    for (let across = -RINGS; across <= RINGS; across++) {
      if (across === 0 && down === 0) continue;
      const dx = pointX(scatter, column + across, row + down) - x;
      const dy = pointY(scatter, column + across, row + down) - y;
      const far = Math.sqrt(dx * dx + dy * dy);
      polygon = cutBy(polygon, dx / far, dy / far, (x * dx + y * dy) / far + far / 2 - shrink);
    }
  return polygon.flat();
}

/** What of a convex polygon has nx * x + ny * y <= limit. */
function cutBy(polygon: readonly number[][], nx: number, ny: number, limit: number): number[][] {
  const kept: number[][] = [];
  for (const [index, to] of polygon.entries()) {
    const from = polygon.at(index - 1)!;
    const [before, after] = [from, to].map(([x, y]) => nx * x! + ny * y! - limit) as [number, number];
    if (before > 0 !== after > 0) {
      const part = before / (before - after);
      kept.push([from[0]! + part * (to[0]! - from[0]!), from[1]! + part * (to[1]! - from[1]!)]);
    }
    if (after <= 0) kept.push(to);
  }
  return kept;
}

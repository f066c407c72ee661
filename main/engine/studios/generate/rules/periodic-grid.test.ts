import { describe, expect, it } from 'vitest';
import { PeriodicGrid } from './periodic-grid.ts';

const grid = new PeriodicGrid(
  Float32Array.from({ length: 6 * 4 }, (_, at) => Math.sin(at * 1.7)),
  6,
  4,
);
const size = { width: 60, height: 40 };

function row(of: PeriodicGrid, y: number, left = 0, width = size.width): Float64Array {
  const into = new Float64Array(width);
  of.reader(size, left, width).row(y, into);
  return into;
}

describe('a grid that repeats', () => {
  it('goes on past its ends as it begins', () => {
    const same = (one: Float64Array, other: Float64Array) => {
      for (const [x, value] of one.entries()) expect(value).toBeCloseTo(other[x]!, 9);
    };
    same(row(grid, 7, 0, 120).subarray(60), row(grid, 7));
    same(row(grid, 7 + size.height), row(grid, 7));
    same(row(grid, -1), row(grid, size.height - 1));
  });

  it('is flat where its values are the same, and never past them', () => {
    for (const value of row(new PeriodicGrid(new Float32Array(24).fill(0.3), 6, 4), 11))
      expect(value).toBeCloseTo(0.3, 6);
    const [least, most] = [Math.min(...grid.values), Math.max(...grid.values)];
    for (let y = 0; y < size.height; y++)
      for (const value of row(grid, y)) expect(value >= least - 1e-9 && value <= most + 1e-9).toBe(true);
  });

  it('is smooth: its slope changes little from pixel to pixel', () => {
    const values = row(grid, 3);
    for (let x = 1; x + 1 < values.length; x++)
      expect(Math.abs(values[x + 1]! - 2 * values[x]! + values[x - 1]!)).toBeLessThan(0.06);
  });
});

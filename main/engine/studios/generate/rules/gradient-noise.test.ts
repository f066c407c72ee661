import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Lattice, NoiseRows } from './gradient-noise.ts';

const lattice = fc.record({
  seed: fc.nat(2 ** 32 - 1),
  across: fc.integer({ min: 1, max: 40 }),
  down: fc.integer({ min: 1, max: 40 }),
});

describe('gradient noise on a torus', () => {
  it('repeats after its cells, is 0 at their corners and stays within -1 and 1', () => {
    fc.assert(
      fc.property(lattice, fc.double({ min: -50, max: 50, noNaN: true }), fc.nat(100), (shape, x, y) => {
        const noise = new Lattice(shape.seed, shape.across, shape.down);
        const value = noise.at(x, y + 0.37);
        expect(Math.abs(value)).toBeLessThanOrEqual(1);
        expect(noise.at(x + shape.across, y + 0.37 - 3 * shape.down)).toBeCloseTo(value, 9);
        expect(Math.abs(noise.at(Math.floor(x), y))).toBe(0);
      }),
    );
  });

  it('is the same in a row as place by place, also of a lattice that is too large to keep', () => {
    const size = { width: 90, height: 60 };
    for (const [across, down] of [
      [7, 5],
      [300, 200],
    ] as const) {
      const noise = new Lattice(9, across, down);
      const rows = new NoiseRows(noise, size, 20, 80);
      const row = new Float64Array(80);
      for (let y = 0; y <= size.height; y += 7) {
        rows.row(y, row);
        for (let x = 0; x < 80; x++)
          expect(row[x]).toBeCloseTo(noise.at(((20.5 + x) * across) / 90, ((y + 0.5) * down) / 60), 12);
      }
    }
  });

  it('has no jumps', () => {
    const noise = new Lattice(3, 5, 5);
    for (let x = 0; x < 5; x += 0.001)
      expect(Math.abs(noise.at(x, 1.3) - noise.at(x + 0.001, 1.3))).toBeLessThan(0.01);
  });
});

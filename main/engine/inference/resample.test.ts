import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CATMULL_ROM, type Kernel, LANCZOS3, RowResampler } from './resample.ts';

async function resample(
  rows: number[][],
  width: number,
  height: number,
  kernel: Kernel,
): Promise<number[][]> {
  const from = { width: rows[0]!.length, height: rows.length };
  const resampler = new RowResampler(from, { width, height }, 1, kernel);
  const out: number[][] = [];
  for (const row of rows) {
    await resampler.push([Float32Array.from(row)], (y, [plane]) => {
      expect(y).toBe(out.length);
      out.push([...plane!]);
    });
  }
  return out;
}

describe('plain enlargement and reduction', () => {
  it('keeps a flat picture flat, at any size', async () => {
    const side = fc.integer({ min: 1, max: 40 });
    await fc.assert(
      fc.asyncProperty(
        side,
        side,
        side,
        side,
        fc.constantFrom(LANCZOS3, CATMULL_ROM),
        async (w, h, W, H, k) => {
          const rows = Array.from({ length: h }, () => Array.from({ length: w }, () => 0.4));
          const out = await resample(rows, W, H, k);
          expect(out).toHaveLength(H);
          expect(out.flat().every((v) => Math.abs(v - 0.4) < 1e-5)).toBe(true);
        },
      ),
    );
  });

  it('aligns pixel centres: a ramp stays on its line away from the border', async () => {
    const rows = Array.from({ length: 20 }, () => Array.from({ length: 40 }, (_, x) => (x + 0.5) / 40));
    const out = await resample(rows, 80, 40, LANCZOS3);
    // Half a pixel off, as sharp is, would be an error of 0.5 / 80 everywhere.
    for (let x = 12; x < 68; x++) expect(Math.abs(out[20]![x]! - (x + 0.5) / 80)).toBeLessThan(1e-3);
  });

  it('is symmetric: a mirrored picture gives the mirrored result', async () => {
    const row = [0, 0.2, 1, 0.3, 0.9, 0, 0, 0.5, 1];
    const forward = (await resample([row], 27, 1, LANCZOS3))[0]!;
    const backward = (await resample([row.toReversed()], 27, 1, LANCZOS3))[0]!;
    for (const [x, v] of backward.toReversed().entries())
      expect(Math.abs(v - forward[x]!)).toBeLessThan(1e-6);
  });

  it('does not alias when it reduces: a fine checker becomes its mean', async () => {
    const rows = Array.from({ length: 64 }, (_, y) => Array.from({ length: 64 }, (_, x) => (x + y) % 2));
    const out = await resample(rows, 16, 16, LANCZOS3);
    for (const line of out.slice(2, -2))
      for (const v of line.slice(2, -2)) expect(Math.abs(v - 0.5)).toBeLessThan(0.01);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BandBlender } from './blending.ts';
import { planAxis } from './tile-plan.ts';

/** Cuts tiles out of a known output picture, joins them and returns the rows that came out. */
async function join(width: number, height: number, tile: number, overlap: number, scale: number) {
  const rules = {
    tile,
    overlap,
    scale,
    sizeMultipleOf: 1,
    sizeMinimum: 1,
    alignment: 1,
    tiling: 'local' as const,
    fixedShape: false,
  };
  const columns = planAxis(width, rules);
  const rows = planAxis(height, rules);
  const blender = new BandBlender(columns, rows, width * scale, scale, 2);
  const value = (c: number, x: number, y: number) => c * 1000 + Math.sin(x) + y / 7;
  const out: Float32Array[][] = [];
  const order: number[] = [];
  for (const [index, row] of rows.spans.entries()) {
    for (const column of columns.spans) {
      const [w, h] = [columns.shape * scale, rows.shape * scale];
      const data = Float32Array.from({ length: 2 * w * h }, (_, i) => {
        const c = Math.floor(i / (w * h));
        const y = Math.floor(i / w) % h;
        return value(c, (i % w) + column.start * scale, y + row.start * scale);
      });
      blender.add(column, row, data);
    }
    await blender.finishRow(index, (y, planes) => {
      order.push(y);
      out.push(planes.map((plane) => plane.slice()));
    });
  }
  return { out, order, value };
}

describe('joining tiles', () => {
  it('gives back a picture that was cut into tiles, each row once and in order', async () => {
    const size = fc.integer({ min: 1, max: 90 });
    await fc.assert(
      fc.asyncProperty(
        size,
        size,
        fc.constantFrom(20, 40, 64),
        fc.constantFrom(0, 4, 6),
        fc.integer({ min: 1, max: 3 }),
        async (width, height, tile, overlap, scale) => {
          const { out, order, value } = await join(width, height, tile, overlap, scale);
          expect(order).toEqual(Array.from({ length: height * scale }, (_, y) => y));
          let worst = 0;
          for (const [y, planes] of out.entries())
            for (const [c, plane] of planes.entries())
              for (const [x, v] of plane.entries()) worst = Math.max(worst, Math.abs(v - value(c, x, y)));
          expect(worst).toBeLessThan(1e-3);
        },
      ),
      { numRuns: 60 },
    );
  });
});

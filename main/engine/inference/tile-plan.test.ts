import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mirror, planAxis, type TileRules } from './tile-plan.ts';

const rules = fc.record<TileRules>({
  tile: fc.constantFrom(64, 128, 192, 256, 512),
  overlap: fc.constantFrom(0, 8, 16, 32, 48, 64),
  scale: fc.integer({ min: 1, max: 4 }),
  sizeMultipleOf: fc.constantFrom(1, 2, 8, 64),
  sizeMinimum: fc.constantFrom(1, 16, 64),
  alignment: fc.constantFrom(1, 2, 8, 16, 64),
  tiling: fc.constantFrom('local', 'global'),
  fixedShape: fc.boolean(),
});

describe('the plan of tiles along one axis', () => {
  it('gives every output pixel weights that add up to 1', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), rules, (size, r) => {
        const sum = new Float32Array(size * r.scale);
        for (const span of planAxis(size, r).spans)
          for (let i = span.from; i < span.to; i++) sum[i]! += span.weights[i - span.from]!;
        expect(sum.every((w) => Math.abs(w - 1) < 1e-6)).toBe(true);
      }),
    );
  });

  it('never uses an output pixel nearer than half the overlap to an inner edge of a tile', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), rules, (size, r) => {
        const { spans, shape } = planAxis(size, r);
        for (const [index, span] of spans.entries()) {
          const near = Math.floor((r.overlap / 2 - 0.51) * r.scale);
          if (index > 0) expect(span.from - span.start * r.scale).toBeGreaterThanOrEqual(near);
          if (index < spans.length - 1)
            expect((span.start + shape) * r.scale - span.to).toBeGreaterThanOrEqual(near);
        }
      }),
    );
  });

  it('has one legal shape and covers the picture', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), rules, (size, r) => {
        const { spans, shape } = planAxis(size, r);
        expect(shape % r.sizeMultipleOf).toBe(0);
        expect(shape).toBeGreaterThanOrEqual(r.sizeMinimum);
        expect(spans[0]!.start).toBeLessThanOrEqual(0);
        expect(spans.at(-1)!.start + shape).toBeGreaterThanOrEqual(size);
        for (const span of spans) {
          expect(span.from).toBeGreaterThanOrEqual(span.start * r.scale);
          expect(span.to).toBeLessThanOrEqual((span.start + shape) * r.scale);
        }
      }),
    );
  });

  it('begins every tile a multiple of the alignment after the first', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), rules, (size, r) => {
        const { spans } = planAxis(size, r);
        for (const { start } of spans) expect((start - spans[0]!.start) % r.alignment).toBe(0);
      }),
    );
  });

  it('shows a network that sees the whole picture nothing around it', () => {
    const base = { tile: 256, overlap: 64, scale: 1, sizeMultipleOf: 64, sizeMinimum: 64, alignment: 64 };
    const { shape, spans } = planAxis(256, { ...base, tiling: 'global', fixedShape: false });
    expect([shape, spans.map(({ start }) => start)]).toEqual([256, [0]]);
  });

  it('keeps the wished tile on a GPU and shrinks it to an even grid on the processor', () => {
    const base = {
      tile: 256,
      overlap: 16,
      scale: 2,
      sizeMultipleOf: 1,
      sizeMinimum: 1,
      alignment: 1,
      tiling: 'local' as const,
    };
    expect(planAxis(300, { ...base, fixedShape: true }).shape).toBe(256);
    const even = planAxis(300, { ...base, fixedShape: false });
    expect(even.spans).toHaveLength(2);
    expect(even.shape).toBeLessThan(200);
    expect(planAxis(1, { ...base, fixedShape: true }).shape).toBe(256);
    expect(planAxis(1, { ...base, fixedShape: false }).shape).toBe(33);
  });
});

describe('mirroring at the border', () => {
  it('reflects without repeating the edge pixel, however far outside', () => {
    expect([-3, -2, -1, 0, 1, 2, 3, 4, 5, 6].map((at) => mirror(at, 3))).toEqual([
      1, 2, 1, 0, 1, 2, 1, 0, 1, 2,
    ]);
    expect([-5, 0, 7].map((at) => mirror(at, 1))).toEqual([0, 0, 0]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planBlocks } from './block-plan.ts';
import { planAxis, type TileRules } from './tile-plan.ts';

const rules = fc.record<TileRules>({
  tile: fc.constantFrom(64, 128, 192, 256),
  overlap: fc.constantFrom(0, 8, 16, 32, 48),
  scale: fc.integer({ min: 1, max: 4 }),
  sizeMultipleOf: fc.constantFrom(1, 2, 8),
  sizeMinimum: fc.constantFrom(1, 16, 64),
  alignment: fc.constantFrom(1, 2, 8, 16, 64),
  tiling: fc.constantFrom('local', 'global'),
  fixedShape: fc.boolean(),
});
const side = fc.integer({ min: 1, max: 900 });
const share = fc.double({ min: 0, max: 1, noNaN: true });

/** A picture, a part of it and the rules of a network. */
const cases = fc
  .tuple(side, side, share, share, share, share, rules)
  .map(([width, height, a, b, c, d, r]) => {
    const x = Math.floor(a * (width - 1));
    const y = Math.floor(b * (height - 1));
    const region = {
      x,
      y,
      width: 1 + Math.floor(c * (width - x - 1)),
      height: 1 + Math.floor(d * (height - y - 1)),
    };
    return { picture: { width, height }, region, r };
  });

describe('a part of a picture in blocks', () => {
  it('is covered by them, none over another', () => {
    fc.assert(
      fc.property(cases, ({ picture, region, r }) => {
        const blocks = planBlocks(picture, region, r);
        const inside = (x: number, y: number) =>
          blocks.filter((b) => x >= b.x && y >= b.y && x < b.x + b.width && y < b.y + b.height).length;
        const right = region.x + region.width - 1;
        const bottom = region.y + region.height - 1;
        for (const x of [region.x, (region.x + right) >> 1, right])
          for (const y of [region.y, (region.y + bottom) >> 1, bottom]) expect(inside(x, y)).toBe(1);
      }),
    );
  });

  it('has in each block what the network needs around it, or the picture’s border', () => {
    fc.assert(
      fc.property(cases, ({ picture, region, r }) => {
        for (const { x, y, width, height, crop, plan } of planBlocks(picture, region, r)) {
          expect(crop.x).toBeLessThanOrEqual(Math.max(0, x - r.overlap));
          expect(crop.y).toBeLessThanOrEqual(Math.max(0, y - r.overlap));
          expect(crop.x + crop.width).toBeGreaterThanOrEqual(Math.min(picture.width, x + width + r.overlap));
          expect(crop.y + crop.height).toBeGreaterThanOrEqual(
            Math.min(picture.height, y + height + r.overlap),
          );
          // One tile reaches over all of the crop.
          const [span] = plan.columns.spans;
          expect(span!.start).toBeLessThanOrEqual(0);
          expect(span!.start + plan.columns.shape).toBeGreaterThanOrEqual(crop.width);
          expect(span!.to).toBe(crop.width * r.scale);
        }
      }),
    );
  });

  it('begins its tiles where the whole picture’s tiles could', () => {
    fc.assert(
      fc.property(cases, ({ picture, region, r }) => {
        const first = planAxis(picture.width, r).spans[0]!.start;
        for (const { crop, plan } of planBlocks(picture, region, r))
          expect(Math.abs(crop.x + plan.columns.spans[0]!.start - first) % r.alignment).toBe(0);
      }),
    );
  });

  it('names a block alike wherever one looks from', () => {
    fc.assert(
      fc.property(cases, ({ picture, region, r }) => {
        const all = new Map(
          planBlocks(picture, { x: 0, y: 0, ...picture }, r).map((block) => [block.key, block]),
        );
        for (const block of planBlocks(picture, region, r)) expect(all.get(block.key)).toEqual(block);
      }),
    );
  });

  it('begins in the middle of what is looked at', () => {
    const rule: TileRules = {
      tile: 128,
      overlap: 16,
      scale: 2,
      sizeMultipleOf: 1,
      sizeMinimum: 1,
      alignment: 1,
      tiling: 'local',
      fixedShape: false,
    };
    const [first] = planBlocks(
      { width: 960, height: 960 },
      { x: 192, y: 192, width: 288, height: 288 },
      rule,
    );
    expect(first).toMatchObject({ x: 288, y: 288, width: 96, height: 96 });
  });
});

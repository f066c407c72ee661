import fc from 'fast-check';
import { expect, test } from 'vitest';
import { feathered } from './feather.ts';
import { covered, inverted, isPlain, maskSize, plainMask } from './mask.ts';
import { atOnce } from './slices.ts';

const masks = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }))
  .chain(([width, height]) =>
    fc
      .uint8Array({ minLength: width * height, maxLength: width * height })
      .map((data) => ({ width, height, data })),
  );

test('a mask has the size of its picture, and of a huge one its shape', () => {
  expect(maskSize({ width: 300, height: 200 })).toEqual({ width: 300, height: 200 });
  expect(maskSize({ width: 20_000, height: 10_000 })).toEqual({ width: 2048, height: 1024 });
  expect(maskSize({ width: 30_000, height: 3 }).height).toBe(1);
});

test('inverted twice is the mask', () => {
  fc.assert(
    fc.property(masks, (mask) => {
      expect(inverted(inverted(mask))).toEqual(mask);
    }),
  );
});

test('covered by nothing it stays, covered in full it is plain', () => {
  fc.assert(
    fc.property(masks, (mask) => {
      const none = new Uint8Array(mask.data.length);
      expect(covered(mask, none, 255)).toEqual(mask);
      expect(
        isPlain(
          covered(
            mask,
            none.map(() => 255),
            0,
          ),
          0,
        ),
      ).toBe(true);
    }),
  );
});

test('what is added is never less than before, what is taken away never more', () => {
  fc.assert(
    fc.property(masks, (mask) => {
      const coverage = mask.data.toReversed();
      const [more, less] = [covered(mask, coverage, 255), covered(mask, coverage, 0)];
      mask.data.forEach((value, at) => {
        expect(more.data[at]).toBeGreaterThanOrEqual(value);
        expect(less.data[at]).toBeLessThanOrEqual(value);
      });
    }),
  );
});

test('a soft edge leaves a plain mask as it is, and keeps an edge where it was', () => {
  const size = { width: 60, height: 20 };
  expect(isPlain(atOnce(feathered(plainMask(size, 255), 9)), 255)).toBe(true);
  const half = plainMask(size, 0);
  for (let y = 0; y < 20; y++) half.data.fill(255, y * 60, y * 60 + 30);
  const soft = atOnce(feathered(half, 9));
  const row = [...soft.data.subarray(600, 660)];
  expect(row).toEqual(row.toSorted((a, b) => b - a));
  expect(Math.abs(row[29]! + row[30]! - 255)).toBeLessThanOrEqual(1);
  expect(row[15]).toBe(255);
  expect(row[45]).toBe(0);
  expect(row.filter((value) => value > 0 && value < 255).length).toBeGreaterThan(8);
});

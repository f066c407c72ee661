import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../random.ts';
import { cheapestCut, PatchSource } from './patches.ts';

describe('the cheapest cut', () => {
  it('is no dearer than any other way, and moves by one at most', () => {
    const strip = fc.integer({ min: 1, max: 6 }).chain((across) =>
      fc.integer({ min: 1, max: 6 }).chain((along) =>
        fc.record({
          across: fc.constant(across),
          along: fc.constant(along),
          error: fc.array(fc.nat(50), { minLength: across * along, maxLength: across * along }),
        }),
      ),
    );
    fc.assert(
      fc.property(strip, ({ across, along, error }) => {
        const cut = cheapestCut(Float64Array.from(error), across, along);
        const cost = (way: ArrayLike<number>) => {
          let sum = 0;
          for (let step = 0; step < along; step++) sum += error[step * across + way[step]!]!;
          return sum;
        };
        for (let step = 1; step < along; step++)
          expect(Math.abs(cut[step]! - cut[step - 1]!)).toBeLessThanOrEqual(1);
        // Every way there is.
        let least = Number.POSITIVE_INFINITY;
        const ways = (way: number[]) => {
          if (way.length === along) least = Math.min(least, cost(way));
          else
            for (let x = 0; x < across; x++)
              if (way.length === 0 || Math.abs(x - way.at(-1)!) <= 1) ways([...way, x]);
        };
        ways([]);
        expect(cost(cut)).toBe(least);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a patch', () => {
  it('is taken where the picture agrees with what is there', () => {
    const random = new Random(1);
    const [width, height] = [40, 40];
    const data = Uint8Array.from({ length: 3 * width * height }, () => random.below(256));
    const picture = { width, height, data };
    // The left columns of the patch that lies at 17, 9.
    const [x, y, colours]: [number[], number[], number[]] = [[], [], []];
    for (let row = 0; row < 12; row++)
      for (let column = 0; column < 4; column++) {
        x.push(column);
        y.push(row);
        const from = 3 * ((9 + row) * width + 17 + column);
        colours.push(...data.subarray(from, from + 3));
      }
    const known = { x: Int32Array.from(x), y: Int32Array.from(y), colours: Uint8Array.from(colours) };
    const { left, top } = new PatchSource([picture]).find(known, [12, 12], random);
    expect([left, top]).toEqual([17, 9]);
  });
});

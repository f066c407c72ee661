import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromOklab, toOklab } from './oklab.ts';

const lab = (red: number, green: number, blue: number) => {
  const out = new Float64Array(3);
  toOklab(red, green, blue, out);
  return [...out] as [number, number, number];
};
const unit = fc.double({ min: 0, max: 1, noNaN: true });
const colour = fc.tuple(unit, unit, unit);

describe('Oklab', () => {
  it('and back is the same colour', () => {
    fc.assert(
      fc.property(colour, (given) => {
        const rgb = new Float64Array(3);
        fromOklab(...lab(...given), rgb);
        for (let c = 0; c < 3; c++) expect(Math.abs(rgb[c]! - given[c]!)).toBeLessThan(1e-5);
      }),
    );
  });

  it('has known places: white is light without colour, red as its author gives it', () => {
    const close = (made: readonly number[], wanted: readonly number[]) =>
      made.forEach((value, at) => {
        expect(value).toBeCloseTo(wanted[at]!, 3);
      });
    close(lab(1, 1, 1), [1, 0, 0]);
    close(lab(0, 0, 0), [0, 0, 0]);
    close(lab(1, 0, 0), [0.628, 0.2249, 0.1258]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toOklab } from '../../media/oklab.ts';
import { ChromaKeeper } from './chroma-keeper.ts';

const lab = (red: number, green: number, blue: number) => {
  const out = new Float64Array(3);
  toOklab(red, green, blue, out);
  return [...out] as [number, number, number];
};
const unit = fc.double({ min: 0, max: 1, noNaN: true });
const colour = fc.tuple(unit, unit, unit);
const rows = (pixels: readonly (readonly number[])[]) =>
  [0, 1, 2].map((c) => Float32Array.from(pixels, (pixel) => pixel[c]!));

describe('keeping the original’s colour', () => {
  it('gives every pixel the chroma of the original, and the lightness of the painting where there is such a colour', () => {
    fc.assert(
      fc.property(colour, colour, (original, painted) => {
        const own = rows([original]);
        const out = rows([painted]);
        new ChromaKeeper().row(out, own, 1);
        const [light, a, b] = lab(out[0]![0]!, out[1]![0]!, out[2]![0]!);
        const [from, wantedA, wantedB] = lab(own[0]![0]!, own[1]![0]!, own[2]![0]!);
        expect(Math.hypot(a - wantedA, b - wantedB)).toBeLessThan(0.02);
        const [to] = lab(...painted);
        expect(light).toBeGreaterThan(Math.min(from, to) - 0.01);
        expect(light).toBeLessThan(Math.max(from, to) + 0.01);
      }),
    );
  });

  it('makes grey pictures grey, and keeps nothing where nothing is to be kept', () => {
    const grey = Float32Array.of(0.2, 0.7);
    const painted = [
      [0.9, 0.1, 0.4],
      [0.2, 0.5, 0.6],
    ];
    const out = rows(painted);
    new ChromaKeeper().row(out, [grey], 1);
    for (const x of [0, 1]) expect(Math.abs(out[0]![x]! - out[2]![x]!)).toBeLessThan(1e-3);
    const same = rows(painted);
    new ChromaKeeper().row(same, [grey], 0);
    expect(Math.abs(same[0]![0]! - 0.9)).toBeLessThan(1e-4);
  });

  it('leaves pixels that nobody has painted as they are, to the last bit', () => {
    const own = rows([[0.123456789, 0.987654321, 0.5]]);
    const out = own.map((plane) => plane.slice());
    new ChromaKeeper().row(out, own, 1);
    expect(out).toEqual(own);
  });
});

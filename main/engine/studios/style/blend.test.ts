import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BLEND_MODES, type BlendMode } from '../../../../contract/blend.ts';
import { blendRow, luminosity } from './blend.ts';

type Colour = readonly [number, number, number];

const value = fc.float({ min: 0, max: 1, noNaN: true });
const colour = fc.tuple(value, value, value);
const mode = fc.constantFrom(...BLEND_MODES);

/** One pixel. */
function blended(how: BlendMode, below: Colour, layer: Colour, cover = 1): number[] {
  const row = below.map((each) => Float32Array.of(each));
  blendRow(
    how,
    row,
    layer.map((each) => Float32Array.of(each)),
    Float32Array.of(cover),
  );
  return row.map(([each]) => each!);
}

function close(made: readonly number[], wanted: readonly number[]): void {
  for (const [c, each] of wanted.entries()) expect(made[c]).toBeCloseTo(each, 5);
}

const light = (all: readonly number[]) => luminosity(all[0]!, all[1]!, all[2]!);

describe('blending', () => {
  it.each<[BlendMode, number, number, number]>([
    ['normal', 0.2, 0.7, 0.7],
    ['multiply', 0.5, 0.6, 0.3],
    ['screen', 0.5, 0.6, 0.8],
    ['overlay', 0.25, 0.6, 0.3],
    ['overlay', 0.75, 0.6, 0.8],
    ['hard-light', 0.6, 0.25, 0.3],
    ['hard-light', 0.6, 0.75, 0.8],
    ['soft-light', 0.4, 0.25, 0.28],
    // sqrt(0.64) = 0.8, half of the way from 0.64 to it.
    ['soft-light', 0.64, 0.75, 0.72],
    // ((16 x 0.25 - 12) x 0.25 + 4) x 0.25 = 0.5
    ['soft-light', 0.25, 1, 0.5],
    ['darken', 0.3, 0.6, 0.3],
    ['lighten', 0.3, 0.6, 0.6],
    ['difference', 0.3, 0.8, 0.5],
  ])('%s of %f and %f is %f', (how, below, layer, wanted) => {
    close(blended(how, [below, below, below], [layer, layer, layer]), [wanted, wanted, wanted]);
  });

  it('takes colour from one and lightness from the other, pulled towards grey as far as it would not fit', () => {
    // Red of lightness 0.3 at a lightness of 0.5: 1.2 is pulled in to 1, which makes 0.2 / 0.7 of the way.
    const red = 0.5 + 0.7 * (0.5 / 0.7);
    const rest = 0.5 - 0.3 * (0.5 / 0.7);
    close(blended('colour', [0.5, 0.5, 0.5], [1, 0, 0]), [red, rest, rest]);
    close(blended('luminosity', [1, 0, 0], [0.5, 0.5, 0.5]), [red, rest, rest]);
  });

  it('stays as it is to the bit where nothing covers it', () => {
    fc.assert(
      fc.property(mode, colour, colour, (how, below, layer) => {
        expect(blended(how, below, layer, 0)).toEqual(below.map(Math.fround));
      }),
    );
  });

  it('is the layer where a normal one covers all, and the way there is straight', () => {
    fc.assert(
      fc.property(mode, colour, colour, value, (how, below, layer, cover) => {
        close(blended('normal', below, layer), layer);
        const whole = blended(how, below, layer);
        close(
          blended(how, below, layer, cover),
          below.map((each, c) => each + cover * (whole[c]! - each)),
        );
      }),
    );
  });

  it('never leaves 0 to 1', () => {
    fc.assert(
      fc.property(mode, colour, colour, value, (how, below, layer, cover) => {
        for (const each of blended(how, below, layer, cover)) {
          expect(each).toBeGreaterThanOrEqual(-1e-6);
          expect(each).toBeLessThanOrEqual(1 + 1e-6);
        }
      }),
    );
  });

  it('never lightens by multiply and darken, and never darkens by screen and lighten', () => {
    fc.assert(
      fc.property(colour, colour, (below, layer) => {
        for (const [c, each] of below.entries()) {
          expect(blended('multiply', below, layer)[c]).toBeLessThanOrEqual(each + 1e-6);
          expect(blended('darken', below, layer)[c]).toBeLessThanOrEqual(each + 1e-6);
          expect(blended('screen', below, layer)[c]).toBeGreaterThanOrEqual(each - 1e-6);
          expect(blended('lighten', below, layer)[c]).toBeGreaterThanOrEqual(each - 1e-6);
        }
      }),
    );
  });

  it("has the layer's lightness by luminosity, and that of what is below by colour", () => {
    fc.assert(
      fc.property(colour, colour, (below, layer) => {
        expect(light(blended('luminosity', below, layer))).toBeCloseTo(light(layer), 5);
        expect(light(blended('colour', below, layer))).toBeCloseTo(light(below), 5);
      }),
    );
  });

  it('is no matter of order for those that are symmetric, and is turned round by overlay and hard light', () => {
    fc.assert(
      fc.property(colour, colour, (below, layer) => {
        for (const how of ['multiply', 'screen', 'darken', 'lighten', 'difference'] as const)
          close(blended(how, below, layer), blended(how, layer, below));
        close(blended('overlay', below, layer), blended('hard-light', layer, below));
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtInWeights, mixedStyle, opacityOf, planLayers, type StyleChoice } from './layers.ts';

const picture = (name: string, weight = 1, mask?: string): StyleChoice => ({
  from: { picture: name },
  weight,
  ...(mask !== undefined && { mask }),
});
const builtIn = (number: number, weight = 1): StyleChoice => ({ from: { builtIn: number }, weight });

describe('what is painted', () => {
  it('is one mixture of all pictures’ styles and one of all built-in ones, and each masked style by itself', () => {
    const layers = planLayers(
      [picture('a', 1), builtIn(3, 2), picture('b', 3), picture('c', 1, 'm'), builtIn(5, 2)],
      1,
    );
    expect(
      layers.map(({ kind, parts, weight, mask }) => [kind, parts.map(({ share }) => share), weight, mask]),
    ).toEqual([
      ['pictures', [0.25, 0.75], 4, undefined],
      ['builtIn', [0.5, 0.5], 4, undefined],
      ['pictures', [1], 1, 'm'],
    ]);
  });

  it('leaves out what has no weight', () => {
    expect(planLayers([picture('a', 0), builtIn(1, 1)], 1).map(({ kind }) => kind)).toEqual(['builtIn']);
    expect(planLayers([picture('a', 1), picture('b', 0, 'm')], 1)).toHaveLength(1);
  });

  it('is the same for weights in the same proportion', () => {
    const parts = (scale: number) =>
      planLayers([picture('a', scale), picture('b', 3 * scale)], 1)[0]!.parts.map(({ share }) => share);
    expect(parts(7)).toEqual(parts(1));
  });
});

describe('strength', () => {
  it('covers nothing at 0 and all at 1, and never falls between', () => {
    for (const kind of ['pictures', 'builtIn'] as const) {
      expect([opacityOf(kind, 0), opacityOf(kind, 1)]).toEqual([0, 1]);
      fc.assert(
        fc.property(
          fc.double({ min: 0, max: 1, noNaN: true }),
          fc.double({ min: 0, max: 0.01, noNaN: true }),
          (at, step) => {
            const [here, further] = [opacityOf(kind, at), opacityOf(kind, Math.min(1, at + step))];
            expect(further).toBeGreaterThanOrEqual(here);
            // A small step is a small change: there is no jump on the way.
            expect(further - here).toBeLessThanOrEqual(4 * step + 1e-9);
          },
        ),
      );
    }
  });

  it('moves a style from the picture’s own to the mixture', () => {
    const read = [
      { style: Float32Array.of(1, 0), share: 0.5 },
      { style: Float32Array.of(0, 1), share: 0.5 },
    ];
    const own = Float32Array.of(-1, -1);
    expect([...mixedStyle(read, own, 0)]).toEqual([-1, -1]);
    expect([...mixedStyle(read, own, 1)]).toEqual([0.5, 0.5]);
    expect([...mixedStyle(read, own, 0.5)]).toEqual([-0.25, -0.25]);
    expect([...mixedStyle(read, undefined, 1)]).toEqual([0.5, 0.5]);
  });
});

it('weights of built-in styles stand at their numbers; one that is named twice has both shares', () => {
  const [layer] = planLayers([builtIn(1), builtIn(3), builtIn(1)], 1);
  const weights = builtInWeights(layer!.parts, 5);
  expect([...weights].map((value) => Math.round(value * 3))).toEqual([0, 2, 0, 1, 0]);
});

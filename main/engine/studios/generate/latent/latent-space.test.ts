import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GessoError } from '../../../../../contract/errors.ts';
import { latentStep } from '../../../../../contract/latent-step.ts';
import { TorchRandom } from '../../../torch-random.ts';
import { type LatentPoint, LatentSpace } from './latent-space.ts';

const SIZE = 20;
const CONDITIONS = ['red', 'green', 'blue'];

function space(changes: object = {}, conditions: string[] | undefined = CONDITIONS): LatentSpace {
  const step = latentStep.parse({ studio: 'generate', kind: 'latent', model: 'eyes', ...changes });
  return new LatentSpace({ size: SIZE, conditions }, step);
}

const seeds = (...all: number[]) => all.map((seed) => ({ seed, weight: 1 }));
const seed = fc.integer({ min: 0, max: 2 ** 32 - 1000 });
const apart = (a: LatentPoint, b: LatentPoint) => Math.hypot(...a.z.map((value, at) => value - b.z[at]!));

describe('a seed', () => {
  it("is what torch draws of it, and without a wish it has its own place among the network's", () => {
    fc.assert(
      fc.property(seed, (each) => {
        const { z, condition } = space({ seeds: seeds(each) }).picture();
        expect(z).toEqual(new TorchRandom(each).randn(SIZE));
        expect([...condition]).toEqual(CONDITIONS.map((_, at) => (at === each % 3 ? 1 : 0)));
      }),
    );
  });

  it('has the next ones behind it: pictures of a row are pictures of the seeds that follow', () => {
    fc.assert(
      fc.property(seed, fc.integer({ min: 0, max: 50 }), (each, next) => {
        const there = space({ seeds: seeds(each + next) }).picture();
        expect(space({ seeds: seeds(each) }).picture(next)).toEqual(there);
        expect(space({ seeds: seeds(each), picture: next }).picture()).toEqual(there);
      }),
    );
  });

  it('has nearer ones where they are to be like it: the further, the further', () => {
    fc.assert(
      fc.property(seed, fc.integer({ min: 1, max: 50 }), (each, next) => {
        const away = [0, 0.2, 0.5, 1].map((spread) => {
          const row = space({ seeds: seeds(each), spread });
          return apart(row.picture(0), row.picture(next));
        });
        expect(away[0]).toBe(0);
        expect(away).toEqual(away.toSorted((a, b) => a - b));
      }),
    );
  });
});

describe('truncation', () => {
  it('0 is the mean picture, whatever the seed; in between all shrinks alike', () => {
    fc.assert(
      fc.property(seed, fc.double({ min: 0, max: 2, noNaN: true }), (each, truncation) => {
        const whole = space({ seeds: seeds(each) }).picture().z;
        const cut = space({ seeds: seeds(each), truncation }).picture().z;
        cut.forEach((value, at) => {
          expect(value).toBeCloseTo(whole[at]! * truncation, 5);
        });
        const mean = space({ seeds: seeds(each), truncation: 0 }).picture().z;
        expect(mean.every((value) => Math.abs(value) === 0)).toBe(true);
      }),
    );
  });
});

describe('a condition', () => {
  it('is shared out by its weights, of which only the ratios count', () => {
    const condition = { blue: 3, red: 1 };
    expect([...space({ condition }).picture().condition]).toEqual([0.25, 0, 0.75]);
    expect([...space({ condition: 'green' }).picture(4).condition]).toEqual([0, 1, 0]);
  });

  it('is mixed as the seeds are, where each has its own', () => {
    const mixed = [
      { seed: 0, weight: 3 },
      { seed: 1, weight: 1 },
    ];
    expect([...space({ seeds: mixed }).picture().condition]).toEqual([0.75, 0.25, 0]);
  });

  it.each([
    ['purple', CONDITIONS, 'one of red, green, blue'],
    ['red', undefined, 'no conditions'],
  ])('%s is refused of a network with %j', (condition, conditions, why) => {
    const refused = () => new LatentSpace({ size: SIZE, conditions }, stepWith({ condition }));
    expect(refused).toThrow(GessoError);
    expect(refused).toThrow(why);
  });
});

function stepWith(changes: object) {
  return latentStep.parse({ studio: 'generate', kind: 'latent', model: 'eyes', ...changes });
}

describe('a walk', () => {
  const walk = { seconds: '2', stops: [7, 8, 9] };

  it('passes its stops in turn, the first picture first, and ends where it began', () => {
    const way = space({ seeds: seeds(5), walk });
    const there = (each: number) => space({ seeds: seeds(each) }).picture();
    expect(way.walked(0)).toEqual(there(5));
    expect(apart(way.walked(0.25), there(7))).toBeLessThan(1e-5);
    expect(apart(way.walked(0.75), there(9))).toBeLessThan(1e-5);
    expect(way.walked(1)).toEqual(way.walked(0));
  });

  it('passes places that are mixtures, each as bold and of the kind that it asks for', () => {
    const there = { seeds: seeds(7, 8), truncation: 0.5, condition: 'red' };
    const way = space({ seeds: seeds(5), condition: 'blue', walk: { ...walk, stops: [there, 9] } });
    const [pinned, plain] = [way.walked(1 / 3), way.walked(2 / 3)];
    expect(apart(pinned, space(there).picture())).toBeLessThan(1e-5);
    expect([...pinned.condition].map(Math.round)).toEqual([1, 0, 0]);
    // A seed is as the step is.
    expect(apart(plain, space({ seeds: seeds(9), condition: 'blue' }).picture())).toBeLessThan(1e-5);
    expect([...plain.condition].map(Math.round)).toEqual([0, 0, 1]);
  });

  it('ends at its last stop where it does not loop', () => {
    const way = space({ seeds: seeds(5), walk: { ...walk, loops: false } });
    expect(way.walked(1)).toEqual(space({ seeds: seeds(9) }).picture());
  });

  it('goes on smoothly: moments that are near each other are near in the space', () => {
    const way = space({ seeds: seeds(5, 6), walk, truncation: 0.8 });
    for (let frame = 0; frame < 400; frame++)
      expect(apart(way.walked(frame / 400), way.walked((frame + 1) / 400))).toBeLessThan(0.1);
  });
});

describe('a step', () => {
  it.each([
    [{ seeds: [{ seed: 1, weight: 0 }] }, 'above 0'],
    [{ condition: { red: 0 } }, 'above 0'],
    [{ walk: { seconds: '0.04', stops: [1] } }, '2 to'],
    [{ walk: { seconds: '1e9', stops: [1] } }, 'not a number'],
    [{ walk: { seconds: '100000', stops: [1] } }, '2 to'],
    [{ walk: { seconds: '4', stops: [1] }, sheet: { columns: 2, rows: 2 } }, 'not a sheet'],
    [{ walk: { seconds: '4', stops: [{ seeds: [{ seed: 1, weight: 0 }] }] } }, 'above 0'],
    [{ pins: [{ condition: { red: 0 } }] }, 'above 0'],
    [{ pins: Array.from({ length: 13 }, () => ({ seeds: seeds(1) })) }, '12'],
    [{ seeds: seeds(1, 2, 3, 4, 5) }, '4'],
    [{ truncation: 2.5 }, '2'],
  ])('%j is refused', (changes, why) => {
    expect(() => stepWith(changes)).toThrow(why);
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TorchRandom } from '../../../torch-random.ts';
import { spherical } from './spherical.ts';

const SIZE = 32;
const seed = fc.integer({ min: 0, max: 1e6 });
const drawn = (from: number) => new TorchRandom(from).randn(SIZE);
const length = (vector: Float32Array) => Math.hypot(...vector);
const apart = (a: Float32Array, b: Float32Array) => Math.hypot(...a.map((value, at) => value - b[at]!));

test('one vector alone is itself, to the last bit, however many stand beside it with no weight', () => {
  fc.assert(
    fc.property(seed, seed, seed, (a, b, c) => {
      expect(spherical([drawn(a), drawn(b), drawn(c)], [0, 0.3, 0])).toEqual(drawn(b));
      expect(spherical([drawn(a)], [7])).toEqual(drawn(a));
    }),
  );
});

test('two are mixed along the arc between them: the angle and the length grow evenly', () => {
  fc.assert(
    fc.property(seed, seed, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (a, b, share) => {
      fc.pre(a !== b);
      const [from, to] = [drawn(a), drawn(b)];
      const cosine = (x: Float32Array, y: Float32Array) =>
        x.reduce((sum, value, at) => sum + value * y[at]!, 0) / length(x) / length(y);
      const whole = Math.acos(cosine(from, to));
      const mixed = spherical([from, to], [1 - share, share]);
      expect(Math.acos(cosine(from, mixed))).toBeCloseTo(share * whole, 3);
      expect(length(mixed)).toBeCloseTo((1 - share) * length(from) + share * length(to), 3);
      // Shoemake's formula.
      const formula = from.map((value, at) => {
        const unit = [value / length(from), to[at]! / length(to)] as const;
        return (
          (length(mixed) / Math.sin(whole)) *
          (Math.sin((1 - share) * whole) * unit[0] + Math.sin(share * whole) * unit[1])
        );
      });
      expect(apart(mixed, formula)).toBeLessThan(1e-4);
    }),
  );
});

test('equal weights are fair: the order is all the same, and so are weights that keep their ratios', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(seed, { minLength: 2, maxLength: 4 }),
      fc.integer({ min: 1, max: 500 }),
      (seeds, times) => {
        const vectors = seeds.map(drawn);
        const even = spherical(
          vectors,
          seeds.map(() => 1),
        );
        const turned = spherical(
          vectors.toReversed(),
          seeds.map(() => times),
        );
        expect(apart(even, turned)).toBeLessThan(1e-4);
        expect(length(even)).toBeCloseTo(
          vectors.reduce((sum, each) => sum + length(each), 0) / vectors.length,
          3,
        );
      },
    ),
  );
});

test('a little more of one is a little nearer to it: nothing jumps', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(seed, { minLength: 4, maxLength: 4 }),
      fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 4, maxLength: 4 }),
      (seeds, weights) => {
        const vectors = seeds.map(drawn);
        const before = spherical(vectors, weights);
        const after = spherical(vectors, [weights[0]! + 0.01, ...weights.slice(1)]);
        expect(apart(before, after)).toBeLessThan(0.05);
        expect(apart(after, vectors[0]!)).toBeLessThan(apart(before, vectors[0]!) + 1e-4);
      },
    ),
  );
});

test('what has no direction between is mixed plainly: opposite vectors, and none at all', () => {
  const one = Float32Array.of(2, 0, 0, 0);
  expect(spherical([one, one.map((value) => -value)], [1, 1])).toEqual(new Float32Array(4));
  expect(spherical([one, new Float32Array(4)], [1, 1])).toEqual(Float32Array.of(1, 0, 0, 0));
});

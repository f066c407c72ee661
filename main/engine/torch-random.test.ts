import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TorchRandom } from './torch-random.ts';

/** What torch 2.13 draws on the processor: the first four of a draw, the sum of all without signs, the next two. */
const DRAWN: readonly [number, number, readonly number[], number, readonly number[]][] = [
  [0, 4, [1.540996, -0.293429, -2.178789, 0.568431], 4.581645, [-1.084522, -1.398595]],
  [0, 16, [-1.12584, -1.15236, -0.250579, -0.433879], 11.89989, [-1.352654, -1.695931]],
  [0, 768, [-1.12584, -1.15236, -0.250579, -0.433879], 622.952454, [0.497417, 0.268522]],
  [1, 4, [0.661352, 0.266924, 0.061677, 0.621317], 1.611271, [-0.451906, -0.16613]],
  [1, 16, [-1.525596, -0.750232, -0.653981, -1.609485], 12.487598, [-0.696972, -1.160761]],
  [1, 768, [-1.525596, -0.750232, -0.653981, -1.609485], 625.742554, [-0.932598, 0.074118]],
  [42, 4, [0.33669, 0.128809, 0.234462, 0.230333], 0.930295, [-1.122856, -0.186328]],
  [42, 16, [1.926915, 1.487284, 0.900717, -2.105521], 16.996675, [1.642317, -0.159597]],
  [42, 768, [1.926915, 1.487284, 0.900717, -2.105521], 611.81134, [0.344363, -3.101606]],
  [1234567890123, 4, [0.612099, -0.930138, 0.090384, 0.293271], 1.925892, [0.387402, 0.703607]],
  [1234567890123, 16, [-0.568542, -0.199217, 1.039984, -0.499563], 11.802095, [-1.253231, -0.900267]],
  [1234567890123, 768, [-0.568542, -0.199217, 1.039984, -0.499563], 605.968994, [-0.867708, -0.025896]],
];

test.for(DRAWN)(
  'seed %i draws %i values as torch does, and goes on as it does',
  ([seed, count, first, sum, next]) => {
    const random = new TorchRandom(seed);
    const values = random.randn(count);
    first.forEach((value, i) => {
      expect(values[i]).toBeCloseTo(value, 5);
    });
    expect(values.reduce((all, value) => all + Math.abs(value), 0)).toBeCloseTo(sum, 3);
    const after = random.randn(count);
    next.forEach((value, i) => {
      expect(after[i]).toBeCloseTo(value, 5);
    });
  },
);

test('the second value of a pair waits for the next draw, over draws of blocks', () => {
  const together = new TorchRandom(5).randn(2);
  const apart = new TorchRandom(5);
  const first = apart.randn(1);
  apart.randn(16);
  expect([...first, ...apart.randn(1)]).toEqual([...together]);
});

test('equal seeds draw alike, whatever kind of number they are; only the low 32 bits count', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 2n ** 53n - 1n }),
      fc.integer({ min: 0, max: 50 }),
      (seed, count) => {
        const drawn = new TorchRandom(seed).randn(count);
        expect(new TorchRandom(Number(seed)).randn(count)).toEqual(drawn);
        expect(new TorchRandom(seed + 2n ** 60n).randn(count)).toEqual(drawn);
      },
    ),
  );
});

test('values are normal: their mean is near 0, their variance near 1', () => {
  const values = new TorchRandom(3).randn(100_001);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  expect(Math.abs(mean)).toBeLessThan(0.01);
  expect(Math.abs(variance - 1)).toBeLessThan(0.02);
});

test.for([0.5, Number.NaN, Infinity, 2 ** 60])('a seed that is no whole number is refused: %d', (seed) => {
  expect(() => new TorchRandom(seed)).toThrow(expect.objectContaining({ code: 'recipe/invalid' }));
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scaleByWeights } from './scale-by-weights.ts';

const WIDTH = 4;
const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

const tensors = fc
  .array(fc.double({ min: -2, max: 3, noNaN: true }), { minLength: WIDTH, maxLength: WIDTH * 20 })
  .map((values) => Float32Array.from(values.slice(0, values.length - (values.length % WIDTH))));
const weight = fc.double({ min: 0.2, max: 2, noNaN: true });

test('a token of twice the weight is twice as strong beside the others', () => {
  const scaled = scaleByWeights(Float32Array.of(1, 3, 1, 3), [2, 1], 2);
  expect(scaled[0]! / scaled[2]!).toBeCloseTo(2, 6);
  expect([...scaled].map((value) => value.toFixed(4))).toEqual(['1.3333', '4.0000', '0.6667', '2.0000']);
});

test('weights of 1 change nothing, to the last bit', () => {
  fc.assert(
    fc.property(tensors, (tensor) => {
      expect(scaleByWeights(tensor, Array<number>(tensor.length / WIDTH).fill(1), WIDTH)).toEqual(tensor);
    }),
  );
});

test('the mean of all stays, and what is given is not changed', () => {
  fc.assert(
    fc.property(tensors, fc.array(weight, { minLength: 20, maxLength: 20 }), (tensor, all) => {
      const given = tensor.slice();
      const weights = all.slice(0, tensor.length / WIDTH);
      const plain = tensor.map((value, i) => value * weights[Math.floor(i / WIDTH)]!);
      // Where they cancel out, the way back is a division by almost nothing.
      fc.pre(Math.abs(mean(plain)) > 0.05);
      expect(mean(scaleByWeights(tensor, weights, WIDTH))).toBeCloseTo(mean(tensor), 4);
      expect(tensor).toEqual(given);
    }),
  );
});

test('a weight that all tokens share changes nothing', () => {
  fc.assert(
    fc.property(tensors, weight, (tensor, one) => {
      fc.pre(Math.abs(mean(tensor)) > 0.05);
      const scaled = scaleByWeights(tensor, Array<number>(tensor.length / WIDTH).fill(one), WIDTH);
      scaled.forEach((value, i) => {
        expect(value).toBeCloseTo(tensor[i]!, 3);
      });
    }),
  );
});

test('where nothing is left to divide by, tokens are only multiplied', () => {
  expect([...scaleByWeights(Float32Array.of(1, -1), [0, 0], 1)]).toEqual([0, -0]);
  expect([...scaleByWeights(Float32Array.of(2, -1), [1, 2], 1)]).toEqual([2, -2]);
});

test('sizes that do not fit are a mistake of ours', () => {
  expect(() => scaleByWeights(Float32Array.of(1, 2, 3), [1], 2)).toThrow(
    expect.objectContaining({ code: 'internal/bug' }),
  );
});

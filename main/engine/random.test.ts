import { describe, expect, it } from 'vitest';
import { hashAt, Random } from './random.ts';

describe('seeded numbers', () => {
  it('are the same for the same seed and stream, and others for others', () => {
    const first = (seed: number, stream?: number) => {
      const random = new Random(seed, stream);
      return Array.from({ length: 20 }, () => random.next());
    };
    expect(first(7)).toEqual(first(7));
    const all = [first(7), first(8), first(7, 1), first(0), first(2 ** 32 - 1)].map(String);
    expect(new Set(all).size).toBe(all.length);
  });

  it('lie evenly between their ends', () => {
    const random = new Random(3);
    const counts = new Array<number>(10).fill(0);
    for (let n = 0; n < 20_000; n++) counts[random.below(10)]!++;
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });

  it('of lattices are even too, and neighbours have nothing to do with each other', () => {
    let [sum, product, ones] = [0, 0, 0];
    const unit = (x: number, y: number) => hashAt(x, y, 5) / 2 ** 32 - 0.5;
    for (let y = -50; y < 50; y++)
      for (let x = -50; x < 50; x++) {
        sum += unit(x, y);
        product += unit(x, y) * unit(x + 1, y) + unit(x, y) * unit(x, y + 1);
        ones += hashAt(x, y, 5) & 1;
      }
    expect(Math.abs(sum / 10_000)).toBeLessThan(0.02);
    expect(Math.abs(product / 20_000)).toBeLessThan(0.005);
    expect(Math.abs(ones / 10_000 - 0.5)).toBeLessThan(0.03);
  });
});

import { expect, it } from 'vitest';
import { Random } from '../../random.ts';
import { principalAxes } from './picture-space.ts';

it('finds the axes of a cloud, the widest first, and how wide they are', () => {
  const random = new Random(11);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random.unit())) * Math.cos(2 * Math.PI * random.unit());
  const turn = 0.6;
  const codes = Array.from({ length: 20_000 }, () => {
    const [a, b, c] = [3 * normal(), normal(), 0.2 * normal()];
    return [a * Math.cos(turn) - b * Math.sin(turn), a * Math.sin(turn) + b * Math.cos(turn), c];
  });
  const axes = principalAxes(codes, [0, 0, 0]);
  expect(axes.map(({ deviation }) => Math.round(deviation * 10) / 10)).toEqual([3, 1, 0.2]);
  const [along, across] = axes[0]!.axis as [number, number];
  expect(Math.abs(along * Math.cos(turn) + across * Math.sin(turn))).toBeGreaterThan(0.999);
  // Axes stand on each other.
  for (const [at, { axis }] of axes.entries())
    for (const [other, { axis: second }] of axes.entries())
      expect(axis.reduce((sum, value, place) => sum + value * second[place]!, 0)).toBeCloseTo(
        at === other ? 1 : 0,
        9,
      );
});

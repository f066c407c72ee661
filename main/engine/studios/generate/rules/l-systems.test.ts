import { describe, expect, it } from 'vitest';
import { Random } from '../../../random.ts';
import { L_SYSTEMS, rewrite } from './l-systems.ts';
import { walk } from './turtle.ts';

const trailsOf = (style: keyof typeof L_SYSTEMS, times: number) => {
  const random = new Random(1);
  return walk(rewrite(L_SYSTEMS[style], times, random), L_SYSTEMS[style], random);
};

describe('letters that are rewritten', () => {
  it("make Hilbert's curve go through each place of its square once", () => {
    const [trail] = trailsOf('hilbert', 4);
    const places = new Set<string>();
    for (let at = 0; at < trail!.points.length; at += 2)
      places.add(`${Math.round(trail!.points[at]!)} ${Math.round(trail!.points[at + 1]!)}`);
    expect([trail!.points.length / 2, places.size]).toEqual([256, 256]);
  });

  it('double the steps of a dragon and make those of a snowflake four times as many, which closes', () => {
    for (const times of [1, 2, 5]) {
      expect(trailsOf('dragon', times)[0]!.points.length / 2 - 1).toBe(2 ** times);
      const { points } = trailsOf('snowflake', times)[0]!;
      expect(points.length / 2 - 1).toBe(3 * 4 ** times);
      expect(Math.hypot(points.at(-2)! - points[0]!, points.at(-1)! - points[1]!)).toBeLessThan(1e-9);
    }
  });

  it('make a figure of Penrose that looks the same after a fifth of a turn', () => {
    const places = trailsOf('penrose', 3).flatMap(({ points }) =>
      Array.from({ length: points.length / 2 }, (_, n) => [points[2 * n]!, points[2 * n + 1]!] as const),
    );
    const key = (x: number, y: number) => `${Math.round(x * 50) + 0} ${Math.round(y * 50) + 0}`;
    const near = (x: number, y: number) =>
      [-1, 0, 1].some((i) => [-1, 0, 1].some((j) => all.has(key(x + i / 50, y + j / 50))));
    const all = new Set(places.map(([x, y]) => key(x, y)));
    const turn = (2 * Math.PI) / 5;
    for (const [x, y] of places)
      expect(near(x * Math.cos(turn) - y * Math.sin(turn), x * Math.sin(turn) + y * Math.cos(turn))).toBe(
        true,
      );
  });

  it('never grow past all bounds', () => {
    for (const style of Object.keys(L_SYSTEMS) as (keyof typeof L_SYSTEMS)[])
      expect(rewrite(L_SYSTEMS[style], 60, new Random(2)).length).toBeLessThan(200_000);
  });
});

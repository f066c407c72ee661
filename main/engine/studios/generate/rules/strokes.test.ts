import { describe, expect, it } from 'vitest';
import type { Rgb } from './palette.ts';
import { type Stroke, strokeScene } from './strokes.ts';

const WHITE: Rgb = [255, 255, 255];
const SIDE = 100;

function drawn(strokes: readonly Stroke[], width = SIDE, height = SIDE): (x: number, y: number) => number {
  const into = new Uint8Array(3 * width * height);
  strokeScene({ strokes, ground: [0, 0, 0] })
    .painter(width, height)
    .draw({ left: 0, top: 0, width, height }, into);
  return (x, y) => into[3 * (y * width + x)]!;
}

const stroke = (points: number[], width: number): Stroke => ({
  points: Float64Array.from(points),
  width,
  colour: WHITE,
});

describe('lines on a torus', () => {
  it('are as wide as they say and as long, with round ends', () => {
    const at = drawn([stroke([0.2, 0.5, 0.8, 0.5], 0.1)]);
    let area = 0;
    for (let y = 0; y < SIDE; y++) for (let x = 0; x < SIDE; x++) area += at(x, y) / 255;
    expect(Math.abs(area - (60 * 10 + Math.PI * 25))).toBeLessThan(4);
    expect([at(50, 46), at(50, 53), at(50, 43), at(50, 56)]).toEqual([255, 255, 0, 0]);
  });

  it('come in at the other side where they leave, also several times', () => {
    const at = drawn([stroke([0.9, 0.1, 3.4, 0.1], 0.04)]);
    for (let x = 0; x < SIDE; x++) expect(at(x, 10)).toBe(255);
    const corner = drawn([stroke([0, 0, 0, 0], 0.2)]);
    for (const [x, y] of [
      [3, 3],
      [96, 3],
      [3, 96],
      [96, 96],
    ] as const)
      expect(corner(x, y)).toBe(255);
    expect(corner(50, 50)).toBe(0);
  });

  it('are laid on once where a stroke crosses itself, and thin ones are paler instead of thinner', () => {
    const thin = stroke([0.1, 0.505, 0.9, 0.505, 0.5, 0.105, 0.5, 0.905], 0.003);
    const at = drawn([thin]);
    const single = at(20, 50);
    expect(single).toBeGreaterThan(40);
    expect(single).toBeLessThan(110);
    for (let y = 45; y < 56; y++)
      for (let x = 45; x < 56; x++) expect(at(x, y)).toBeLessThanOrEqual(single + 1);
  });

  it('are the same picture at another size', () => {
    const strokes = [stroke([0.1, 0.1, 0.7, 0.6, 1.3, 0.4], 0.08)];
    const [small, large] = [drawn(strokes), drawn(strokes, 2 * SIDE, 2 * SIDE)];
    let differing = 0;
    for (let y = 0; y < SIDE; y++)
      for (let x = 0; x < SIDE; x++) {
        const mean =
          (large(2 * x, 2 * y) +
            large(2 * x + 1, 2 * y) +
            large(2 * x, 2 * y + 1) +
            large(2 * x + 1, 2 * y + 1)) /
          4;
        if (Math.abs(mean - small(x, y)) > 40) differing++;
      }
    expect(differing).toBeLessThan(10);
  });
});

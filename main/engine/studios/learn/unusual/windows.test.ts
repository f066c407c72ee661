import { describe, expect, it } from 'vitest';
import { alongLines, largest, means, windows } from './windows.ts';

const WIDTH = 24;
const plane = (at: (x: number, y: number) => number) =>
  Float32Array.from({ length: WIDTH * WIDTH }, (_, place) => at(place % WIDTH, Math.floor(place / WIDTH)));

describe('kernels over windows', () => {
  it('a flat plane is its own mean, middle and largest, and everything in it is alike', () => {
    const flat = plane(() => 77);
    for (const made of [means(flat, WIDTH, 4), windows(flat, WIDTH, 4).middle, largest(flat, WIDTH, 2)])
      expect([...new Set(made)]).toEqual([77]);
    expect([...new Set(windows(flat, WIDTH, 4).alike)]).toEqual([1]);
  });

  it('the middle is what sorting the window gives', () => {
    const restless = plane((x, y) => (x * 37 + y * 91 + x * y * 13) % 251);
    const { middle } = windows(restless, WIDTH, 3);
    for (const [x, y] of [
      [0, 0],
      [5, 9],
      [23, 12],
    ] as const) {
      const values: number[] = [];
      for (let ny = Math.max(0, y - 3); ny <= Math.min(WIDTH - 1, y + 3); ny++)
        for (let nx = Math.max(0, x - 3); nx <= Math.min(WIDTH - 1, x + 3); nx++)
          values.push(restless[ny * WIDTH + nx]!);
      values.sort((a, b) => a - b);
      expect(middle[y * WIDTH + x]).toBe(values[Math.floor(values.length / 2)]);
    }
  });

  it('a thin line stands out along itself by its whole height, whatever its direction', () => {
    for (const line of [plane((x) => (x === 12 ? 40 : 0)), plane((x, y) => (x === y ? 40 : 0))]) {
      const { high, low } = alongLines(line, WIDTH, 4, 8);
      expect(high[12 * WIDTH + 12]).toBe(40);
      expect(low[12 * WIDTH + 12]).toBeLessThan(8);
    }
  });
});

import { describe, expect, it } from 'vitest';
import { bleedTransparent } from './bleed.ts';

describe('colour under transparent pixels', () => {
  it('comes from the visible neighbours, and visible pixels stay', () => {
    const [width, height] = [9, 7];
    const alpha = new Float32Array(width * height);
    const plane = new Float32Array(width * height);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < 3; x++) {
        alpha[y * width + x] = 1;
        plane[y * width + x] = 0.8;
      }
    const visible = plane.slice();
    bleedTransparent([plane], alpha, width, height);
    for (let i = 0; i < plane.length; i++) {
      if (alpha[i] === 1) expect(plane[i]).toBe(visible[i]);
      else expect(plane[i]).toBeCloseTo(0.8, 5);
    }
  });

  it('leaves a picture without holes, or with nothing but holes, alone', () => {
    for (const a of [0, 0.5, 1]) {
      const plane = Float32Array.from({ length: 12 }, (_, i) => i / 12);
      const before = plane.slice();
      bleedTransparent([plane], new Float32Array(12).fill(a), 4, 3);
      expect(plane).toEqual(before);
    }
  });
});

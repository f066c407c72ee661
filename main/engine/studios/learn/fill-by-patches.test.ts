import { expect, it } from 'vitest';
import { fillByPatches } from './fill-by-patches.ts';
import { Planes } from './noisy-picture.ts';

const SIDE = 64;
const stripes = (x: number) => (Math.floor(x / 4) % 2 ? 0.8 : 0.2);

function striped(): Planes {
  const planes = new Planes(SIDE, SIDE);
  for (let c = 0; c < 3; c++)
    for (let y = 0; y < SIDE; y++) for (let x = 0; x < SIDE; x++) planes.set(c, x, y, stripes(x));
  return planes;
}

it('goes on with a texture through a hole, and leaves all else as it is', () => {
  const planes = striped();
  const covered = new Uint8Array(SIDE * SIDE);
  for (let y = 24; y < 36; y++)
    for (let x = 20; x < 33; x++) {
      covered[y * SIDE + x] = 1;
      for (let c = 0; c < 3; c++) planes.set(c, x, y, 1);
    }
  fillByPatches(planes, covered, 1);
  expect(covered.every((value) => value === 0)).toBe(true);
  let wrong = 0;
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++) {
      const off = Math.abs(planes.at(0, x, y) - stripes(x)) > 0.01;
      if (y >= 24 && y < 36 && x >= 20 && x < 33) wrong += off ? 1 : 0;
      else expect(off).toBe(false);
    }
  expect(wrong / (12 * 13)).toBeLessThan(0.1);
});

it('a picture that is covered whole stays as it is', () => {
  const planes = striped();
  const covered = new Uint8Array(SIDE * SIDE).fill(1);
  fillByPatches(planes, covered, 1);
  expect(planes.at(1, 5, 5)).toBeCloseTo(stripes(5), 3);
});

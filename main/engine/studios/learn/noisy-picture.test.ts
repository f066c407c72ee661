import { expect, it } from 'vitest';
import { Random } from '../../random.ts';
import { measureNoise, Planes } from './noisy-picture.ts';

const SIDE = 160;

/** A slope with normal noise, each sample of which may be shared with its right neighbour. */
function noisy(deviation: number, shared: boolean): Planes {
  const planes = new Planes(SIDE, SIDE);
  const random = new Random(5);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random.unit())) * Math.cos(2 * Math.PI * random.unit());
  for (let c = 0; c < 3; c++)
    for (let y = 0; y < SIDE; y++) {
      let before = normal();
      for (let x = 0; x < SIDE; x++) {
        const own = normal();
        const noise = shared ? (own + before) / Math.SQRT2 : own;
        planes.set(c, x, y, 0.3 + 0.3 * (x / SIDE) + deviation * noise);
        before = own;
      }
    }
  return planes;
}

it('tells how strong noise is, a slope notwithstanding', () => {
  const { deviation, correlation } = measureNoise(noisy(0.05, false));
  // The flattest blocks are told, which lie a little below the mean.
  expect(deviation).toBeGreaterThan(0.04);
  expect(deviation).toBeLessThan(0.055);
  expect(Math.abs(correlation)).toBeLessThan(0.1);
});

it('tells noise that neighbours share from noise that is every pixel’s own', () => {
  expect(measureNoise(noisy(0.05, true)).correlation).toBeGreaterThan(0.2);
});

it('half of a picture has means of four, without an odd last row', () => {
  const planes = new Planes(5, 4);
  for (let y = 0; y < 4; y++)
    for (let x = 0; x < 5; x++) for (let c = 0; c < 3; c++) planes.set(c, x, y, (x + y) / 10);
  const half = planes.halved();
  expect([half.width, half.height]).toEqual([2, 2]);
  expect(half.at(1, 0, 0)).toBeCloseTo(0.1, 4);
  expect(half.at(2, 1, 1)).toBeCloseTo(0.5, 4);
});

import { expect, it } from 'vitest';
import { sideWithin } from './look.ts';
import { RAYS } from './nerf-lesson.ts';

it('a quick view is as large as the last one allows, and never larger than the whole', () => {
  // Nothing is known yet: one run of rays.
  expect(sideWithin(60, undefined, 128)).toBe(Math.sqrt(RAYS));
  expect(sideWithin(60, 15, 128)).toBe(2 * Math.sqrt(RAYS));
  expect(sideWithin(60, 0.1, 128)).toBe(128);
  // On a machine that is slower than that, one run all the same.
  expect(sideWithin(60, 500, 128)).toBe(Math.sqrt(RAYS));
  expect(sideWithin(60, undefined, 16)).toBe(16);
});

import { expect, test } from 'vitest';
import { ratio } from '../../../contract/time.ts';
import { evenCadence } from './cadence.ts';

const grid = (count: number) => ({
  rate: ratio(30),
  places: Int32Array.from({ length: count }, (_, i) => i),
});

test('2:3 pulldown is spread evenly: five places for four frames', () => {
  // Of every five frames one repeats: A B C D D | ...
  const used = Int32Array.from(Array.from({ length: 50 }, (_, i) => i).filter((i) => i % 5 !== 4));
  const moved = evenCadence(used, grid(50), new Uint8Array(50));
  // Frames 0..3 of a cycle at 0, 5/4, 10/4, 15/4.
  expect([1, 2, 3].map((i) => moved.get(i))).toEqual([ratio(5, 4), ratio(5, 2), ratio(15, 4)]);
  expect(moved.get(0)).toBeUndefined();
  expect(moved.get(5)).toEqual(ratio(25, 4));
});

test('on twos, nothing moves; without a pattern neither', () => {
  const twos = Int32Array.from({ length: 20 }, (_, i) => 2 * i);
  expect(evenCadence(twos, grid(40), new Uint8Array(40)).size).toBe(0);
  const odd = Int32Array.from([0, 1, 3, 4, 8, 9, 10, 13, 15, 16, 20, 21, 25, 27]);
  expect(evenCadence(odd, grid(30), new Uint8Array(30)).size).toBe(0);
  expect(evenCadence(odd, undefined, new Uint8Array(30)).size).toBe(0);
});

test('a cycle ends at a cut', () => {
  const used = Int32Array.from(Array.from({ length: 60 }, (_, i) => i).filter((i) => i % 5 !== 4));
  const cuts = new Uint8Array(60);
  cuts[30] = 1;
  const moved = evenCadence(used, grid(60), cuts);
  const cut = used.indexOf(30);
  expect(moved.get(cut)).toBeUndefined();
  expect(moved.get(cut + 1)).toEqual(ratio(125, 4));
});

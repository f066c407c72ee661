import { expect, it } from 'vitest';
import { turned } from './clip-masks.ts';

const STORED = { width: 3, height: 2 };

/** A stored picture as it is seen, rows of letters. */
function seen(rotation: number): string[] {
  const letters = ['abc', 'def'];
  const [width, height] = rotation % 180 === 0 ? [3, 2] : [2, 3];
  const out = Array.from({ length: height }, () => Array.from({ length: width }, () => ''));
  for (let y = 0; y < 2; y += 1)
    for (let x = 0; x < 3; x += 1) {
      const [across, down] = turned(x, y, STORED, rotation);
      out[down]![across] = letters[y]![x]!;
    }
  return out.map((row) => row.join(''));
}

it('a mask is drawn on the picture as it is seen: turned clockwise', () => {
  expect(seen(0)).toEqual(['abc', 'def']);
  expect(seen(90)).toEqual(['da', 'eb', 'fc']);
  expect(seen(180)).toEqual(['fed', 'cba']);
  expect(seen(270)).toEqual(['cf', 'be', 'ad']);
  expect(seen(-90)).toEqual(seen(270));
});

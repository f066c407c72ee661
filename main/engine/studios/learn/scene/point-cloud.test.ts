import { expect, it } from 'vitest';
import { plyOf } from './point-cloud.ts';

it('a cloud of points is a binary PLY with a colour a point', () => {
  const bytes = Buffer.from(
    plyOf({
      places: [
        [1, -2, 0.5],
        [0, 0, 3],
      ],
      colours: [
        [255, 0, 7],
        [1, 2, 3],
      ],
    }),
  );
  const end = bytes.indexOf('end_header\n') + 'end_header\n'.length;
  const header = bytes.toString('latin1', 0, end);
  expect(header.startsWith('ply\nformat binary_little_endian 1.0\n')).toBe(true);
  expect(header).toContain('element vertex 2\n');
  expect(bytes.length - end).toBe(2 * 15);
  expect([0, 4, 8].map((at) => bytes.readFloatLE(end + at))).toEqual([1, -2, 0.5]);
  expect([...bytes.subarray(end + 27)]).toEqual([1, 2, 3]);
});

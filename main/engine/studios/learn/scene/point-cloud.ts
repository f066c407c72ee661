import type { Vector } from './vectors.ts';

/** Places in space with a colour each. */
export interface PointCloud {
  readonly places: readonly Vector[];
  /** Bytes of RGB, one a place. */
  readonly colours: readonly Vector[];
}

const EACH = 15;

/** A binary PLY file (Turk 1994, "The PLY polygon file format"), little-endian: x, y, z as floats, then the colour. */
export function plyOf({ places, colours }: PointCloud): Uint8Array {
  const header = Buffer.from(
    [
      'ply',
      'format binary_little_endian 1.0',
      'comment made with Gesso',
      `element vertex ${places.length}`,
      ...['x', 'y', 'z'].map((name) => `property float ${name}`),
      ...['red', 'green', 'blue'].map((name) => `property uchar ${name}`),
      'end_header\n',
    ].join('\n'),
    'latin1',
  );
  const body = Buffer.alloc(EACH * places.length);
  for (const [at, place] of places.entries()) {
    place.forEach((value, axis) => {
      body.writeFloatLE(value, EACH * at + 4 * axis);
    });
    colours[at]!.forEach((value, channel) => {
      body.writeUInt8(value, EACH * at + 12 + channel);
    });
  }
  return Buffer.concat([header, body]);
}

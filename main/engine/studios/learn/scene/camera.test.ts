import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Camera, cubeOf, inCube, lookingAt, placeInPicture, rayThrough, withinCube } from './camera.ts';
import { sampleCameras } from './sample-scene.ts';
import { add, dot, length, scale, subtract, type Vector } from './vectors.ts';

const coordinate = fc.double({ min: -1, max: 1, noNaN: true });
const place = fc.tuple(coordinate, coordinate, coordinate);
const camera = fc
  .tuple(place, fc.double({ min: 2, max: 9, noNaN: true }), fc.double({ min: 0.3, max: 3, noNaN: true }))
  .filter(([direction]) => length(direction) > 0.1)
  .map(
    ([direction, distance, focal]): Camera =>
      lookingAt(scale(direction, distance / length(direction)), [0, 0, 0], focal),
  );

describe('cameras', () => {
  it('see a place through the pixel whose ray meets it', () => {
    fc.assert(
      fc.property(camera, place, (from, known) => {
        const seen = placeInPicture(from, known);
        if (!seen) return;
        const ray = rayThrough(from, seen.u, seen.v);
        const to = subtract(known, from.position);
        // As far from the ray as rounding.
        expect(length(subtract(to, scale(ray, dot(to, ray))))).toBeLessThan(1e-6);
        expect(dot(to, ray)).toBeGreaterThan(0);
      }),
    );
  });

  it('see what is to their right on the right, and what is above them up in the picture', () => {
    const from = lookingAt([4, 0, 0], [0, 0, 0], 1);
    expect(placeInPicture(from, [0, 1, 0])!.u).toBeGreaterThan(0.5);
    expect(placeInPicture(from, [0, 0, 1])!.v).toBeLessThan(0.5);
    expect(placeInPicture(from, [5, 0, 0])).toBeUndefined();
  });

  it('have axes of length 1 at right angles, wherever they look from', () => {
    for (const from of [...sampleCameras(9), lookingAt([0, 0, 3], [0, 0, 0], 1)]) {
      expect(dot(from.right, from.up)).toBeCloseTo(0, 9);
      expect(dot(from.up, from.back)).toBeCloseTo(0, 9);
      expect(length(from.up)).toBeCloseTo(1, 9);
    }
  });
});

describe('the cube of a scene', () => {
  it('lies about what all cameras look at, and is 1 in its own measures', () => {
    const aim: Vector = [3, -2, 1];
    const moved = sampleCameras(12).map((from) => ({ ...from, position: add(from.position, aim) }));
    const cube = cubeOf(moved);
    cube.centre.forEach((value, axis) => {
      expect(value).toBeCloseTo(aim[axis]!, 6);
    });
    const inside = inCube(moved[0]!, cube);
    expect(length(inside.position)).toBeCloseTo(4 / cube.half, 6);
  });

  it('holds every place between the ends of a ray, and none of one that misses it', () => {
    fc.assert(
      fc.property(camera, coordinate, coordinate, (from, u, v) => {
        const ray = rayThrough(from, u, v);
        const ends = withinCube(from.position, ray);
        if (ends.to === ends.from) return;
        for (const distance of [ends.from, (ends.from + ends.to) / 2, ends.to])
          for (const value of add(from.position, scale(ray, distance)))
            expect(Math.abs(value)).toBeLessThan(1 + 1e-9);
      }),
    );
    expect(withinCube([0, 5, 0], [1, 0, 0])).toEqual({ from: 0, to: 0 });
  });
});

import { describe, expect, it } from 'vitest';
import { placeInPicture } from './camera.ts';
import { ofMiddleSquare, onOrbit, orbitOf, readCameras, turntableCameras } from './read-cameras.ts';
import { length, subtract } from './vectors.ts';

const UPRIGHT = [
  [1, 0, 0, 0],
  [0, 0, -1, -4],
  [0, 1, 0, 0],
  [0, 0, 0, 1],
];

const file = (matrix: unknown, over: object = {}) =>
  JSON.stringify({
    camera_angle_x: Math.PI / 2,
    frames: [{ file_path: './train/r_0', transform_matrix: matrix }],
    ...over,
  });

describe('transforms.json', () => {
  it('gives cameras in the axes of OpenGL', () => {
    const { camera } = readCameras(file(UPRIGHT), 'transforms.json')[0]!;
    // It stands at y = -4, looks along y, and z is up.
    expect(placeInPicture(camera, [0, 0, 0])).toEqual({ u: 0.5, v: 0.5 });
    expect(placeInPicture(camera, [2, 0, 1])).toEqual({ u: 0.75, v: 0.375 });
  });

  it('is refused by the frame and what is wrong with it', () => {
    const skewed = UPRIGHT.map((row) => [row[0]! + row[1]!, ...row.slice(1)]);
    expect(() => readCameras(file(skewed), 'transforms.json')).toThrow(/r_0 is no rigid transform/);
    const mirrored = UPRIGHT.map((row) => [-row[0]!, ...row.slice(1)]);
    expect(() => readCameras(file(mirrored), 'transforms.json')).toThrow(/r_0 is no rigid transform/);
    expect(() => readCameras(file([[1, 2]]), 'transforms.json')).toThrow(/not of 4 x 4 numbers/);
    expect(() => readCameras('{', 'transforms.json')).toThrow(/not JSON/);
    expect(() => readCameras(file(UPRIGHT, { camera_angle_x: 'wide' }), 'transforms.json')).toThrow(
      /camera_angle_x/,
    );
  });

  it('tells the field of view of the whole width: the middle square of a wide picture has less of it', () => {
    const { camera } = readCameras(file(UPRIGHT), 'transforms.json')[0]!;
    expect(ofMiddleSquare(camera, { width: 200, height: 100 })).toMatchObject({
      focal: expect.closeTo(1, 6),
    });
    expect(ofMiddleSquare(camera, { width: 100, height: 200 })).toMatchObject({
      focal: expect.closeTo(0.5, 6),
    });
  });
});

describe('cameras round about', () => {
  it('of a turntable go once round, or by the angle that is given', () => {
    const cameras = turntableCameras(4);
    expect(cameras[2]!.position[0]).toBeCloseTo(-cameras[0]!.position[0], 9);
    expect(turntableCameras(3, 90)[1]!.position).toEqual(cameras[1]!.position);
    expect(turntableCameras(3, -90)[1]!.position[1]).toBeCloseTo(-cameras[1]!.position[1], 9);
  });

  it('of an orbit stand where those of its turntable did', () => {
    const cameras = turntableCameras(12);
    const orbit = orbitOf(cameras);
    expect(orbit.distance).toBeCloseTo(4, 6);
    const again = onOrbit(orbit, 0);
    const nearest = Math.min(...cameras.map(({ position }) => length(subtract(position, again.position))));
    expect(nearest).toBeLessThan(1e-6);
    expect(placeInPicture(again, [0, 0, 0])).toEqual({
      u: expect.closeTo(0.5, 9),
      v: expect.closeTo(0.5, 9),
    });
  });
});

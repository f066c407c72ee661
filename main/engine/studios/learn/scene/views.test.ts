import { describe, expect, it } from 'vitest';
import { cubeOf, inCube, placeInPicture } from './camera.ts';
import { drawSample, emptyShare, sampleCameras } from './sample-scene.ts';
import { add, scale, type Vector } from './vectors.ts';
import { drawnRays, nearestView, splitViews, type Views } from './views.ts';

const SIZE = 8;
const cameras = sampleCameras(4);
const views: Views = {
  size: SIZE,
  cameras,
  pictures: cameras.map((camera) => drawSample(camera, SIZE)),
  notes: [],
};
const cube = cubeOf(cameras);
const draw = (step: number) => drawnRays(views, cube, [0, 2], { seed: 5, step, rays: 32, samples: 6 });

describe('views', () => {
  it('hold every eighth out where there are sixteen, else one, else none', () => {
    expect(splitViews(7).held).toEqual([]);
    expect(splitViews(12).held).toHaveLength(1);
    expect(splitViews(24).held).toEqual([7, 15, 23]);
    const { learnt, held } = splitViews(40);
    expect([...learnt, ...held].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, at) => at));
  });

  it('know which of them was taken from nearest', () => {
    const many = sampleCameras(64);
    expect(nearestView(many, 7, [7, 8])).toBe(7);
    expect(nearestView([cameras[0]!, cameras[1]!, cameras[0]!], 0, [1, 2])).toBe(2);
  });

  it('of the sample are less than half background', () => {
    for (const camera of sampleCameras(16)) expect(emptyShare(camera, 24)).toBeLessThan(0.5);
  });
});

describe('rays of a step', () => {
  it('hang on the seed and the step alone', () => {
    expect(draw(3)).toEqual(draw(3));
    expect(draw(3).target).not.toEqual(draw(4).target);
  });

  it('carry the colour of the pixel that they go through, and sample it in order within the cube', () => {
    const { origin, direction, places, steps, target } = draw(1);
    for (let ray = 0; ray < 32; ray++) {
      const three = (of: { floats: Float32Array }): Vector =>
        [...of.floats.subarray(3 * ray, 3 * ray + 3)] as unknown as Vector;
      const view = [0, 2].find((at) => {
        const { position } = inCube(cameras[at]!, cube);
        return Math.abs(position[0] - three(origin!)[0]) < 1e-5;
      })!;
      const far = add(three(origin!), scale(three(direction!), 3));
      const { u, v } = placeInPicture(inCube(cameras[view]!, cube), far)!;
      const pixel = Math.floor(v * SIZE) * SIZE + Math.floor(u * SIZE);
      three(target!).forEach((value, c) => {
        expect(value).toBeCloseTo(views.pictures[view]![3 * pixel + c]! / 255, 5);
      });
      const along = [...places!.floats.subarray(6 * ray, 6 * ray + 6)];
      if (steps!.floats[ray] === 0) continue;
      expect(along).toEqual(along.toSorted((a, b) => a - b));
      for (const distance of along)
        for (const value of add(three(origin!), scale(three(direction!), distance)))
          expect(Math.abs(value)).toBeLessThan(1 + 1e-4);
    }
  });
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mirror } from '../../inference/tile-plan.ts';
import { cutPlanes } from './frame-tiles.ts';

it('a tile holds the frame’s pixels, mirrored past its border', () => {
  const side = fc.integer({ min: 1, max: 9 });
  fc.assert(
    fc.property(side, side, side, side, fc.integer({ min: -4, max: 8 }), (width, height, w, h, left) => {
      const top = Math.min(left, height - 1);
      const planes = Float32Array.from({ length: 3 * width * height }, (_, at) => at);
      const tile = new Float32Array(3 * w * h);
      cutPlanes(planes, { width, height }, { left, top }, { width: w, height: h }, tile);
      for (let c = 0; c < 3; c += 1)
        for (let y = 0; y < h; y += 1)
          for (let x = 0; x < w; x += 1)
            expect(tile[(c * h + y) * w + x]).toBe(
              (c * height + mirror(top + y, height)) * width + mirror(left + x, width),
            );
    }),
  );
});

import { expect, it } from 'vitest';
import { Random } from '../../../random.ts';
import { overlayDust } from './overlay-dust.ts';

const SIDE = 96;
const grey = () => new Float32Array(3 * SIDE * SIDE).fill(0.5);

it('says where it drew: what it names differs for the eye, and where nothing was laid nothing changed', () => {
  for (let seed = 0; seed < 20; seed++) {
    const planes = grey();
    const drawn = overlayDust({ width: SIDE, height: SIDE, planes }, new Random(seed));
    const changes = Array.from(drawn, (_, at) =>
      Math.max(...[0, 1, 2].map((c) => Math.abs(planes[c * SIDE * SIDE + at]! - 0.5))),
    );
    // Beyond the soft edge of dust nothing is touched.
    const touched = changes.filter((change) => change > 0).length;
    const named = drawn.reduce((sum, value) => sum + value, 0);
    expect(named).toBeGreaterThan(0);
    // Where one piece lies over another it may happen to undo it.
    const seen = changes.filter((change, at) => drawn[at] && change > 0.03).length;
    expect(seen).toBeGreaterThan(0.9 * named);
    expect(touched).toBeLessThan(4 * named + 200);
    expect(Math.max(...planes)).toBeLessThanOrEqual(1);
    expect(Math.min(...planes)).toBeGreaterThanOrEqual(0);
  }
});

it('draws the same for the same chance', () => {
  const [first, second] = [1, 2].map(() => {
    const planes = grey();
    overlayDust({ width: SIDE, height: SIDE, planes }, new Random(4));
    return planes;
  });
  expect(first).toEqual(second);
});

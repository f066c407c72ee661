import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ratio } from '../../../../contract/time.ts';
import { flowColours, longestMotion, type Motion, wheel } from './flow-colours.ts';

const UPRIGHT = { rotation: 0, pixelAspect: ratio(1) };
const angles = fc.double({ min: -7, max: 7, noNaN: true });
const strengths = fc.double({ min: 0, max: 1, noNaN: true });

/** The same motion everywhere, to both frames. */
function motion(x: number, y: number, more: Partial<Motion> = {}): Motion {
  const flow = Float32Array.from([x, y, -x, -y].flatMap((value) => Array<number>(6).fill(value)));
  return { flow, width: 3, height: 2, scale: [1, 1], ...more };
}

const first = (given: Motion, looks = UPRIGHT) => {
  const planes = flowColours(given, 0, longestMotion(given), looks);
  return [planes[0]!, planes[6]!, planes[12]!];
};
const near = (colour: readonly number[], wanted: readonly number[]) => {
  for (const [at, value] of wanted.entries()) expect(colour[at]).toBeCloseTo(value, 5);
};

describe('the wheel', () => {
  test('is white where nothing moves, whatever the direction', () => {
    fc.assert(fc.property(angles, (angle) => near(wheel(angle, 0), [1, 1, 1])));
  });

  test('has opposite colours for opposite directions', () => {
    fc.assert(
      fc.property(angles, strengths, (angle, strength) => {
        const [one, other] = [wheel(angle, strength), wheel(angle + Math.PI, strength)];
        for (const at of [0, 1, 2]) expect(one[at]! + other[at]!).toBeCloseTo(2 - strength, 9);
      }),
    );
  });

  test('is stronger where motion is longer: saturation is the length', () => {
    fc.assert(
      fc.property(angles, strengths, (angle, strength) => {
        const colour = wheel(angle, strength);
        expect(Math.max(...colour)).toBeCloseTo(1, 9);
        expect(Math.max(...colour) - Math.min(...colour)).toBeCloseTo(strength, 9);
      }),
    );
  });

  test('leads from red at the right through yellow, green, cyan and blue, clockwise', () => {
    near(wheel(0, 1), [1, 0, 0]);
    near(wheel(Math.PI / 3, 1), [1, 1, 0]);
    near(wheel((2 * Math.PI) / 3, 1), [0, 1, 0]);
    near(wheel(Math.PI, 1), [0, 1, 1]);
    near(wheel(-Math.PI / 3, 1), [1, 0, 1]);
  });
});

describe('motion as colours', () => {
  test('tells the longest in pixels of the stored frame', () => {
    expect(longestMotion(motion(3, 4))).toBe(5);
    expect(longestMotion(motion(3, 4, { scale: [2, 2] }))).toBe(10);
  });

  test('turns with the picture: what leads to the right in the file leads down where it is turned by 90 degrees', () => {
    near(first(motion(4, 0)), wheel(0, 1));
    near(first(motion(4, 0), { ...UPRIGHT, rotation: 90 }), wheel(Math.PI / 2, 1));
    near(first(motion(0, 4), { ...UPRIGHT, rotation: 90 }), wheel(Math.PI, 1));
  });

  test('to the second frame is drawn from its own part', () => {
    const planes = flowColours(motion(4, 0), 1, 4, UPRIGHT);
    near([planes[0]!, planes[6]!, planes[12]!], wheel(Math.PI, 1));
  });

  test('is not blown up where hardly anything moves', () => {
    const colour = first(motion(0.05, 0));
    expect(Math.min(...colour)).toBeGreaterThan(0.9);
  });
});

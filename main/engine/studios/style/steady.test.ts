import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { largestDifference, randomFloats } from '../../../../models/testing/random.ts';
import type { Motion } from '../../clips/motion.ts';
import { followed, steadied } from './steady.ts';

const SIZE = { width: 24, height: 16 };
const AREA = SIZE.width * SIZE.height;

/** The same everywhere, on a grid of `factor` times the size. */
function motion(across: number, trust: number, factor = 1): Motion {
  const [width, height] = [SIZE.width * factor, SIZE.height * factor];
  const flow = new Float32Array(2 * width * height).fill(across * factor, 0, width * height);
  return { width, height, flow, trust: new Float32Array(width * height).fill(trust) };
}

const painting = (seed: number) => randomFloats(3 * AREA, seed).map((value) => 0.5 + value / 4);

describe('a painting laid over the next', () => {
  it('is the same painting where nothing moves and nothing is painted anew: no flicker', () => {
    const own = painting(1);
    const before = own.slice();
    for (const factor of [1, 0.5]) {
      for (let frame = 0; frame < 20; frame += 1) steadied(own, before, motion(0, 1, factor), SIZE, 1);
      expect(largestDifference(own, before)).toBe(0);
    }
  });

  it('is what it was where nothing moves, as far as it is kept, at most 95 of 100', () => {
    const [own, before] = [painting(1), painting(2)];
    const result = own.slice();
    steadied(result, before, motion(0, 1), SIZE, 1);
    expect(
      largestDifference(
        result,
        own.map((value, at) => value + 0.95 * (before[at]! - value)),
      ),
    ).toBeLessThan(1e-6);
  });

  it('moves with the frame, whatever the size at which motion was looked for', () => {
    const before = painting(3);
    for (const factor of [1, 0.5]) {
      const own = new Float32Array(3 * AREA).fill(0.5);
      steadied(own, before, motion(-4, 1, factor), SIZE, 1);
      for (let x = 6; x < SIZE.width - 1; x += 1)
        expect((own[x]! - 0.5 * 0.05) / 0.95).toBeCloseTo(before[x - 4]!, 5);
    }
  });

  it('leaves a frame its own painting where motion is not believed, and where nothing is to be steady', () => {
    for (const [trust, steady] of [
      [0, 1],
      [1, 0],
    ] as const) {
      const own = painting(1);
      const result = own.slice();
      steadied(result, painting(2), motion(3, trust), SIZE, steady);
      expect(result).toEqual(own);
    }
  });

  it('of a still clip that a network paints with noise flickers less the steadier it is', () => {
    const flicker = (steady: number) => {
      let [sum, last] = [0, painting(0)];
      for (let frame = 1; frame < 30; frame += 1) {
        const own = painting(frame);
        steadied(own, last, motion(0, 1), SIZE, steady);
        if (frame > 10) sum += own.reduce((a, value, at) => a + Math.abs(value - last[at]!), 0);
        last = own;
      }
      return sum;
    };
    const figures = [0, 0.4, 0.8].map(flicker);
    expect(figures[1]).toBeLessThan(0.8 * figures[0]!);
    expect(figures[2]).toBeLessThan(0.6 * figures[1]!);
  });
});

describe('what a network measures, followed', () => {
  const seconds = fc.double({ min: 0, max: 2, noNaN: true });
  const steady = fc.double({ min: 0.01, max: 1, noNaN: true });
  const value = fc.double({ min: -10, max: 10, noNaN: true });

  it('never leaves what was measured, and stands still where that does', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(value, seconds), { minLength: 1 }), steady, (measured, steadiness) => {
        let state: Float32Array = Float32Array.of(measured[0]![0]);
        let [least, most] = [state[0]!, state[0]!];
        for (const [now, passed] of measured) {
          [least, most] = [Math.min(least, Math.fround(now)), Math.max(most, Math.fround(now))];
          state = followed(state, Float32Array.of(now), passed, steadiness);
          expect(state[0]).toBeGreaterThanOrEqual(least - 1e-5);
          expect(state[0]).toBeLessThanOrEqual(most + 1e-5);
        }
        expect(followed(state, state, 1, steadiness)).toEqual(state);
      }),
    );
  });

  it('comes to what is measured, and depends on time and not on how many frames there are', () => {
    const [from, to] = [Float32Array.of(0), Float32Array.of(1)];
    let many: Float32Array = from;
    for (let frame = 0; frame < 50; frame += 1) many = followed(many, to, 1 / 50, 0.8);
    expect(many[0]).toBeCloseTo(followed(from, to, 1, 0.8)[0]!, 4);
    expect(followed(from, to, 10, 1)[0]).toBeGreaterThan(0.999);
  });

  it('is what is measured where nothing is to be steady', () => {
    expect(followed(Float32Array.of(3), Float32Array.of(5), 0.04, 0)).toEqual(Float32Array.of(5));
  });
});

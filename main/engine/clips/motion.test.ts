import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { letGoOfFast, motionBack, standStill, trustIn } from './motion.ts';

const SIZE = { width: 40, height: 24 };
const AREA = SIZE.width * SIZE.height;

/** Motion in the middle between two frames of which the second is the first, moved by so much. */
function moved(across: number, down: number): Float32Array {
  const half = [-across / 2, -down / 2, across / 2, down / 2];
  return Float32Array.from({ length: 4 * AREA }, (_, at) => half[Math.floor(at / AREA)]!);
}

/** A picture without edges that a square could not tell from another. */
function picture(across = 0, down = 0): Float32Array {
  return Float32Array.from({ length: 3 * AREA }, (_, at) => {
    const [x, y] = [(at % SIZE.width) - across, Math.floor((at % AREA) / SIZE.width) - down];
    return 0.5 + 0.25 * Math.sin(x / 3 + Math.floor(at / AREA)) + 0.2 * Math.cos(y / 2);
  });
}

describe('motion', () => {
  it('of a frame that stands still is none, and all of it is believed', () => {
    const back = motionBack(new Float32Array(4 * AREA), SIZE);
    expect(Math.max(...back.flow.map(Math.abs))).toBe(0);
    expect(Math.max(...back.missed)).toBe(0);
    expect(Math.min(...trustIn(picture(), picture(), back, SIZE))).toBe(1);
  });

  it('that is the same everywhere leads back where it came from', () => {
    const within = fc.double({ min: -6, max: 6, noNaN: true });
    fc.assert(
      fc.property(within, within, (across, down) => {
        const { flow, missed } = motionBack(moved(across, down), SIZE);
        const away = flow.map((value, at) => Math.abs(value + (at < AREA ? across : down)));
        expect(Math.max(...away)).toBeLessThan(1e-3);
        expect(Math.max(...missed)).toBeLessThan(1e-3);
      }),
    );
  });

  it('that is stretched leads back to within a hundredth of a pixel', () => {
    // What lies at x in the middle was at 0.95 x and comes to 1.05 x.
    const middle = Float32Array.from({ length: 4 * AREA }, (_, at) => {
      const x = at % SIZE.width;
      return [-0.05 * x, 0, 0.05 * x, 0][Math.floor(at / AREA)]!;
    });
    const { flow } = motionBack(middle, SIZE);
    for (let x = 0; x < SIZE.width - 4; x += 1) expect(x + flow[x]!).toBeCloseTo((x / 1.05) * 0.95, 1);
  });

  it('is believed where the moved frame is this one, but not what comes in at the border', () => {
    const [across, down] = [5, 0];
    const trust = trustIn(picture(), picture(across, down), motionBack(moved(across, down), SIZE), SIZE);
    for (let y = 0; y < SIZE.height; y += 1)
      for (let x = 0; x < SIZE.width; x += 1)
        if (x > across + 2) expect(trust[y * SIZE.width + x]).toBe(1);
        else if (x < across - 2) expect(trust[y * SIZE.width + x]).toBe(0);
  });

  it('is none where the frame stands still, through noise, but not where something moves', () => {
    const noisy = picture().map((value, at) => value + 0.01 * Math.sin(at * 12.9898));
    const jitter = motionBack(moved(0.2, -0.1), SIZE).flow;
    standStill(picture(), noisy, jitter, SIZE);
    expect(Math.max(...jitter.map(Math.abs))).toBe(0);
    for (const across of [0.4, 3]) {
      const { flow } = motionBack(moved(across, 0), SIZE);
      const whole = flow.slice();
      standStill(picture(), picture(across), flow, SIZE);
      const middle = 12 * SIZE.width + 20;
      expect(flow[middle]).toBe(whole[middle]);
    }
  });

  it('is not believed where something is uncovered that was not there before', () => {
    const before = picture();
    const now = picture();
    const isUncovered = (x: number, y: number) => x >= 10 && x < 24 && y >= 6 && y < 18;
    for (let at = 0; at < 3 * AREA; at += 1)
      if (isUncovered(at % SIZE.width, Math.floor((at % AREA) / SIZE.width)))
        now[at] = now[at]! > 0.5 ? 0.05 : 0.95;
    const trust = trustIn(before, now, motionBack(new Float32Array(4 * AREA), SIZE), SIZE);
    for (let y = 8; y < 16; y += 1)
      for (let x = 12; x < 22; x += 1) expect(trust[y * SIZE.width + x]).toBe(0);
    for (let y = 0; y < SIZE.height; y += 1)
      for (let x = 30; x < 40; x += 1) expect(trust[y * SIZE.width + x]).toBe(1);
  });

  it('is followed the less the faster it is, at any size of the frame', () => {
    const followed = [0, 0.004, 0.02, 0.1].flatMap((part) =>
      [1, 3].map((times) => {
        const size = { width: 40 * times, height: 24 * times };
        const trust = new Float32Array(size.width * size.height).fill(1);
        const flow = new Float32Array(2 * trust.length);
        flow.fill(part * Math.hypot(size.width, size.height), trust.length);
        letGoOfFast(trust, flow, size);
        return Math.round(1000 * trust[17]!) / 1000;
      }),
    );
    expect(followed).toEqual([1, 1, 0.962, 0.962, 0.5, 0.5, 0.038, 0.038]);
  });

  it('is believed through noise, and not where the grid cannot be turned round', () => {
    const noisy = picture().map((value, at) => value + 0.02 * Math.sin(at * 12.9898));
    expect(Math.min(...trustIn(picture(), noisy, motionBack(moved(0, 0), SIZE), SIZE))).toBe(1);
    // Both halves move to the middle: half the pixels have no place that moves to them.
    const apart = Float32Array.from({ length: 4 * AREA }, (_, at) => {
      const side = at % SIZE.width < SIZE.width / 2 ? -4 : 4;
      return [0, 0, side, 0][Math.floor(at / AREA)]!;
    });
    const back = motionBack(apart, SIZE);
    const trust = trustIn(picture(), picture(), back, SIZE);
    expect(back.missed[SIZE.width / 2]).toBeGreaterThan(1);
    expect(trust[SIZE.width / 2]).toBe(0);
  });
});

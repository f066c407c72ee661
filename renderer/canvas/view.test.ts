import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  centreOf,
  clamp,
  fitView,
  MARGIN,
  partView,
  pinched,
  spanOf,
  splitAt,
  splitShare,
  wheelFactor,
  wholePixels,
  withPixels,
  zoomAt,
} from './view.ts';

const size = fc.record({
  width: fc.integer({ min: 64, max: 3000 }),
  height: fc.integer({ min: 64, max: 3000 }),
});
const picture = fc.record({
  width: fc.integer({ min: 1, max: 20_000 }),
  height: fc.integer({ min: 1, max: 20_000 }),
});
const point = fc.record({ x: fc.integer({ min: 0, max: 3000 }), y: fc.integer({ min: 0, max: 3000 }) });
const scale = fc.double({ min: 0.01, max: 40, noNaN: true });
const view = fc.record({
  scale,
  x: fc.integer({ min: -9000, max: 9000 }),
  y: fc.integer({ min: -9000, max: 9000 }),
});

describe('the view of a picture', () => {
  it('fits the whole picture with its margin', () => {
    fc.assert(
      fc.property(size, picture, (viewport, pixels) => {
        const { x, y, scale } = fitView(viewport, pixels);
        expect(x).toBeGreaterThanOrEqual(Math.min(MARGIN, viewport.width / 2) - 1);
        expect(y + pixels.height * scale).toBeLessThanOrEqual(viewport.height + 1);
      }),
    );
  });

  it('keeps the point under the pointer where it is when zooming', () => {
    fc.assert(
      fc.property(view, scale, point, (from, to, at) => {
        const after = zoomAt(from, to, at);
        const before = { x: (at.x - from.x) / from.scale, y: (at.y - from.y) / from.scale };
        expect((at.x - after.x) / after.scale).toBeCloseTo(before.x, 3);
        expect((at.y - after.y) / after.scale).toBeCloseTo(before.y, 3);
      }),
    );
  });

  it('is clamped once and for all', () => {
    fc.assert(
      fc.property(view, size, picture, (from, viewport, pixels) => {
        const once = clamp(from, viewport, pixels);
        const twice = clamp(once, viewport, pixels);
        expect(twice.x).toBeCloseTo(once.x, 6);
        expect(twice.y).toBeCloseTo(once.y, 6);
        expect(twice.scale).toBe(once.scale);
      }),
    );
  });

  it('never loses the picture outside the viewport', () => {
    fc.assert(
      fc.property(view, size, picture, (from, viewport, pixels) => {
        for (const axis of ['x', 'y'] as const) {
          const seen = spanOf(clamp(from, viewport, pixels), viewport, pixels, axis);
          expect(seen.to).toBeGreaterThan(seen.from);
        }
      }),
    );
  });

  it('leaves a picture in place when a larger one of the same scene replaces it', () => {
    const before = { x: 10, y: 20, scale: 2 };
    const after = withPixels(before, 4);
    expect(after.x + 400 * after.scale).toBe(before.x + 100 * before.scale);
  });

  it('is centred at the middle of the viewport', () => {
    expect(centreOf({ width: 10, height: 4 })).toEqual({ x: 5, y: 2 });
  });
});

describe('the divider', () => {
  it('stands where it was put', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 1, max: 900 }), (left, width) => {
        const span = { from: left, to: left + width };
        expect(splitShare(splitAt(0.3, span), span)).toBeCloseTo(0.3, 6);
      }),
    );
  });

  it('stops at the edges', () => {
    expect(splitShare(-50, { from: 0, to: 100 })).toBe(0);
    expect(splitShare(500, { from: 0, to: 100 })).toBe(1);
  });
});

it('undoes a wheel step with the step back', () => {
  expect(wheelFactor(100, 0, false) * wheelFactor(-100, 0, false)).toBeCloseTo(1, 9);
  expect(wheelFactor(3, 1, false)).toBe(wheelFactor(48, 0, false));
});

it('keeps what lies under the resting finger there when the other one is drawn away from it', () => {
  fc.assert(
    fc.property(
      point,
      point,
      fc.double({ min: 0.2, max: 4, noNaN: true }),
      scale,
      (other, from, share, s) => {
        fc.pre(Math.hypot(from.x - other.x, from.y - other.y) > 20);
        const to = { x: other.x + (from.x - other.x) * share, y: other.y + (from.y - other.y) * share };
        fc.pre(Math.hypot(to.x - other.x, to.y - other.y) > 20);
        const view = { x: 13, y: -40, scale: s };
        const { factor, dx, dy, middle } = pinched(from, to, other);
        const after = zoomAt({ ...view, x: view.x + dx, y: view.y + dy }, s * factor, middle);
        const under = (v: typeof view, axis: 'x' | 'y') => (other[axis] - v[axis]) / v.scale;
        expect(under(after, 'x')).toBeCloseTo(under(view, 'x'), 4);
        expect(under(after, 'y')).toBeCloseTo(under(view, 'y'), 4);
      },
    ),
  );
});

describe('a part of a picture', () => {
  it('lies in the middle of the viewport, whole unless it has to be larger', () => {
    fc.assert(
      fc.property(size, picture, fc.double({ min: 0.1, max: 8, noNaN: true }), (viewport, part, least) => {
        const begun = partView({ x: 30, y: 20, ...part }, viewport, least);
        const middle = centreOf(viewport);
        expect(begun.x + (30 + part.width / 2) * begun.scale).toBeCloseTo(middle.x, 4);
        expect(begun.y + (20 + part.height / 2) * begun.scale).toBeCloseTo(middle.y, 4);
        expect(begun.scale).toBeGreaterThanOrEqual(least);
        const isWhole = part.width * begun.scale <= viewport.width + 1e-6;
        expect(isWhole || begun.scale === least).toBe(true);
      }),
    );
  });

  it('touches whole pixels, inside the picture, or none', () => {
    const picture = { width: 100, height: 50 };
    expect(wholePixels({ x: 0.101, y: 0.5, width: 0.2, height: 0.1 }, picture)).toEqual({
      x: 10,
      y: 25,
      width: 21,
      height: 5,
    });
    expect(wholePixels({ x: -0.1, y: 0, width: 2, height: 1 }, picture)).toEqual({ x: 0, y: 0, ...picture });
    expect(wholePixels({ x: 1.2, y: 0, width: 0.1, height: 1 }, picture)).toBeUndefined();
  });
});

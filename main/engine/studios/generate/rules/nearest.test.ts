import { describe, expect, it } from 'vitest';
import { Nearest } from './nearest.ts';
import { cellPolygon, pointX, pointY, type Scatter } from './scattered.ts';

const scatter: Scatter = { seed: 4, across: 7, down: 5, jitter: 1 };
const PIXELS = 12;

function areaOf(polygon: readonly number[]): number {
  let twice = 0;
  for (let at = 0; at < polygon.length; at += 2) {
    const next = (at + 2) % polygon.length;
    twice += polygon[at]! * polygon[next + 1]! - polygon[next]! * polygon[at + 1]!;
  }
  return Math.abs(twice) / 2;
}

describe('points that are scattered on a torus', () => {
  it('are found as by looking at all of them', () => {
    const near = new Nearest(scatter, PIXELS, PIXELS);
    for (let y = 0; y < scatter.down * PIXELS; y++)
      for (let x = 0; x < scatter.across * PIXELS; x++) {
        near.find(x, y);
        let [least, next] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
        for (let row = -5; row < 10; row++)
          for (let column = -5; column < 12; column++) {
            const dx = pointX(scatter, column, row) - (x + 0.5) / PIXELS;
            const dy = pointY(scatter, column, row) - (y + 0.5) / PIXELS;
            const far = Math.sqrt(dx * dx + dy * dy);
            if (far < least) [least, next] = [far, least];
            else next = Math.min(next, far);
          }
        expect(near.distance).toBeCloseTo(least, 12);
        // On the line halfway both are as far; before it, the second is further.
        expect(near.edge).toBeGreaterThanOrEqual(0);
        expect(near.edge).toBeLessThanOrEqual((next - least) / 2 + near.distance);
        if (near.edge < 0.01) expect(next - least).toBeLessThan(0.05);
      }
  });

  it('share the torus among them: their parts leave nothing over', () => {
    let area = 0;
    for (let row = 0; row < scatter.down; row++)
      for (let column = 0; column < scatter.across; column++)
        area += areaOf(cellPolygon(scatter, column, row, 0));
    expect(area).toBeCloseTo(scatter.across * scatter.down, 9);
  });

  it('have smaller parts where room is left between them', () => {
    const [whole, less] = [0, 0.1].map((shrink) => areaOf(cellPolygon(scatter, 3, 2, shrink)));
    expect(less).toBeLessThan(whole!);
    expect(cellPolygon(scatter, 3, 2, 3)).toEqual([]);
  });
});

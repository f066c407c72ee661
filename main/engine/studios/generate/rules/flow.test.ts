import { describe, expect, it } from 'vitest';
import { ruleSettings } from '../../../../../contract/rules.ts';
import { flow } from './flow.ts';
import { harmonyPalette } from './make-palette.ts';
import type { Scene } from './scene.ts';

function sceneOf(spacing: number): Scene {
  const settings = ruleSettings('flow', { spacing });
  const growing = flow({
    ...{ rule: 'flow', settings, seed: 3, width: 100, height: 100 },
    palette: harmonyPalette('split', 3),
  });
  for (;;) {
    const { done, value } = growing.next();
    if (done) return value;
  }
}

describe('flow lines', () => {
  it('keep their distance from each other, across the edges as well, and leave no large gaps', () => {
    const side = 1000;
    // A line that crosses an edge is there once for each side.
    const ways = new Set(
      [...sceneOf(60).vector!(side, side)].flatMap((text) => / d="([^"]+)"/.exec(text)?.[1] ?? []),
    );
    const lines = [...ways].map((way) =>
      [...way.matchAll(/[ML](-?[\d.]+) (-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)] as const),
    );
    expect(lines.length).toBeGreaterThan(8);
    const apart = ([ax, ay]: readonly [number, number], [bx, by]: readonly [number, number]) => {
      const [dx, dy] = [ax - bx, ay - by];
      return Math.hypot(dx - side * Math.round(dx / side), dy - side * Math.round(dy / side));
    };
    let nearest = Number.POSITIVE_INFINITY;
    for (const [index, line] of lines.entries())
      for (const other of lines.slice(index + 1))
        for (const point of line) for (const place of other) nearest = Math.min(nearest, apart(point, place));
    expect(nearest).toBeGreaterThan(0.55 * 60);
    const all = lines.flat();
    let furthest = 0;
    for (let y = 0; y < side; y += 40)
      for (let x = 0; x < side; x += 40)
        furthest = Math.max(furthest, Math.min(...all.map((place) => apart([x, y], place))));
    expect(furthest).toBeLessThan(2.5 * 60);
  });
});

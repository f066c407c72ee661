import fc from 'fast-check';
import { expect, it } from 'vitest';
import { seenPart, viewAround } from './minimap.ts';
import { clamp, fitView } from './view.ts';

const viewport = { width: 800, height: 600 };
const content = { width: 4000, height: 2000 };

it('sees all of a picture that fits', () => {
  expect(seenPart(fitView(viewport, content), viewport, content)).toEqual({
    x: 0,
    y: 0,
    width: 1,
    height: 1,
  });
});

it('sees the part that the viewport shows', () => {
  const part = seenPart({ x: -1000, y: -500, scale: 1 }, viewport, content);
  expect(part).toEqual({ x: 0.25, y: 0.25, width: 0.2, height: 0.3 });
});

it('moves so that what was pressed is in the middle of what is seen, as far as the picture goes', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(share, share, (x, y) => {
      const view = clamp(
        viewAround({ x, y }, { x: 0, y: 0, scale: 2 }, viewport, content),
        viewport,
        content,
      );
      const part = seenPart(view, viewport, content);
      for (const [at, start, length] of [
        [x, part.x, part.width],
        [y, part.y, part.height],
      ] as const) {
        expect(at).toBeGreaterThanOrEqual(start - 1e-9);
        expect(at).toBeLessThanOrEqual(start + length + 1e-9);
      }
    }),
  );
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MOST_SEEN, planPreview } from './style-preview-plan.ts';

const longest = fc.integer({ min: 64, max: 30_000 });
const brush = fc.constantFrom(0.25, 0.5, 1, 2 ** 0.5, 2, 4);
const most = fc.constantFrom(MOST_SEEN.quick, MOST_SEEN.fine);
const seen = (plan: ReturnType<typeof planPreview>) => plan.side / plan.brush;

it('the network sees no more than there is time for, and the copy is no larger than the picture', () => {
  fc.assert(
    fc.property(longest, brush, most, (side, broad, limit) => {
      const plan = planPreview(side, broad, limit);
      expect(seen(plan)).toBeLessThanOrEqual(limit + 2);
      expect(plan.side).toBeLessThanOrEqual(Math.max(limit, 640));
      expect(plan.side).toBeLessThanOrEqual(side);
      expect(plan.brush).toBeGreaterThanOrEqual(0.25);
      expect(plan.brush).toBeLessThanOrEqual(4);
    }),
  );
});

it('it is true exactly where the network sees what an export shows it', () => {
  fc.assert(
    fc.property(longest, brush, most, (side, broad, limit) => {
      const plan = planPreview(side, broad, limit);
      expect(plan.isTrue).toBe(side / broad <= limit);
      if (plan.isTrue) expect(seen(plan) / (side / broad)).toBeCloseTo(1, 1);
    }),
  );
});

it('strokes of a large picture are as broad on its preview as they will be, as soon as they are broad enough', () => {
  expect(planPreview(4000, 4, MOST_SEEN.fine)).toEqual({ side: 1000, brush: 1, isTrue: true });
  expect(planPreview(4000, 4, MOST_SEEN.quick)).toEqual({ side: 640, brush: 1, isTrue: false });
  expect(planPreview(4000, 1, MOST_SEEN.fine)).toEqual({ side: 2048, brush: 1, isTrue: false });
  expect(planPreview(2000, 4, MOST_SEEN.quick)).toEqual({ side: 640, brush: 1.28, isTrue: true });
  expect(planPreview(600, 0.5, MOST_SEEN.quick)).toEqual({ side: 600, brush: 0.9375, isTrue: false });
});

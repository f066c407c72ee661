import fc from 'fast-check';
import { expect, it } from 'vitest';
import { scrolledTo, windowOf } from './window-of.ts';

const place = fc.record({
  left: fc.integer({ min: 0, max: 100_000 }),
  width: fc.integer({ min: 120, max: 3000 }),
  pitch: fc.constantFrom(76, 112),
});

it('holds every frame that is in sight, and few others', () => {
  fc.assert(
    fc.property(place, fc.integer({ min: 0, max: 2000 }), (strip, count) => {
      const { from, to } = windowOf(count, strip);
      expect(to - from).toBeLessThanOrEqual(strip.width / strip.pitch + 11);
      for (let i = 0; i < count; i++) {
        const isSeen = (i + 1) * strip.pitch > strip.left && i * strip.pitch < strip.left + strip.width;
        if (isSeen) expect(i >= from && i < to).toBe(true);
      }
    }),
    { numRuns: 30 },
  );
});

it('scrolls as little as needed, and not again', () => {
  fc.assert(
    fc.property(place, fc.integer({ min: 0, max: 2000 }), (strip, index) => {
      const left = scrolledTo(index, strip);
      expect(index * strip.pitch).toBeGreaterThanOrEqual(left);
      expect((index + 1) * strip.pitch).toBeLessThanOrEqual(left + strip.width);
      expect(scrolledTo(index, { ...strip, left })).toBe(left);
    }),
  );
});

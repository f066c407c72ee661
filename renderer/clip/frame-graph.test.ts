import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ratio } from '../../contract/time.ts';
import { DEFAULT_CLIP } from '../app/store.ts';
import type { Looked } from './clip-store.ts';
import { graphOf } from './frame-graph.ts';
import { placeOf, usedFrames } from './placing.ts';
import { gridOf, momentOf } from './result-grid.ts';

function looked(overrides: Partial<Looked> = {}): Looked {
  const times = Array.from({ length: 24 }, (_, i) => i / 24);
  return {
    times,
    end: 1,
    rate: ratio(24),
    nominalRate: ratio(24),
    changes: times.map((_, i) => (i === 12 ? 0.9 : 0.01)),
    repeats: [],
    ...overrides,
  };
}
const step = { ...DEFAULT_CLIP.step, cuts: { added: [], removed: [] } };

describe('where a frame of the result comes from', () => {
  const used = usedFrames(looked(), step);

  it('is a source frame where one begins just then, else the exact way between two', () => {
    expect(placeOf(used, 3 / 24)).toEqual({ kind: 'kept', frame: 3 });
    const place = placeOf(used, 3 / 24 + 0.4 / 24);
    expect(place.kind).toBe('made');
    expect('fraction' in place && place.fraction).toBeCloseTo(0.4);
  });

  it('is the nearer one across a cut, and the last one behind the end', () => {
    expect(placeOf(used, 11.4 / 24)).toEqual({ kind: 'held', frame: 11 });
    expect(placeOf(used, 11.5 / 24)).toEqual({ kind: 'held', frame: 11 });
    expect(placeOf(used, 11.6 / 24)).toEqual({ kind: 'held', frame: 12 });
    expect(placeOf(used, 23.5 / 24)).toEqual({ kind: 'held', frame: 23 });
  });

  it('goes by what is left when repeats are dropped, but no scene loses its first frame', () => {
    const repeating = looked({ repeats: [5, 12] });
    const left = usedFrames(repeating, { ...step, duplicates: 'drop' });
    expect(left.times).toHaveLength(23);
    expect([...left.cuts]).toEqual([11]);
    expect(placeOf(left, 5 / 24)).toMatchObject({ kind: 'made', frame: 4 });
    expect(usedFrames(repeating, step).times).toHaveLength(24);
  });
});

describe('the graph', () => {
  const clip = looked();
  const used = usedFrames(clip, step);
  const grid = gridOf(clip, clip.nominalRate, { ...step, fps: '60' });

  it('counts all frames of the clip when all of it is in sight', () => {
    const { counts, spacing } = graphOf(used, grid, { from: 0, to: 1 }, 100)!;
    // Every twelfth of a second both have a frame; around the cut and behind the last frame, two each are held.
    expect(counts).toEqual({ sources: 24, results: 60, made: 60 - 12 - counts.held, held: counts.held });
    expect(counts.held).toBe(4);
    expect(spacing?.least).toBeCloseTo(1 / 24);
  });

  it('lies on the exact grid, and in the source’s time where it is slowed', () => {
    const slowed = gridOf(clip, clip.nominalRate, { fps: '60', slow: 4 });
    const { results } = graphOf(used, slowed, { from: 0.25, to: 0.5 }, 100)!;
    expect(results[0]!.moment).toBeCloseTo(0.25, 9);
    expect(results[1]!.moment - results[0]!.moment).toBeCloseTo(1 / 240, 9);
  });

  it('every line leads to the two frames between which the moment lies', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.9, noNaN: true }), (from) => {
        const graph = graphOf(used, grid, { from, to: from + 0.1 }, 100)!;
        for (const { moment, place, k } of graph.results) {
          expect(moment).toBe(momentOf(grid, k));
          if (place.kind !== 'made') continue;
          const [a, b] = [used.times[place.frame]!, used.times[place.frame + 1]!];
          expect(a + place.fraction * (b - a)).toBeCloseTo(moment, 9);
          expect(graph.sources.map(({ frame }) => frame)).toEqual(
            expect.arrayContaining([place.frame, place.frame + 1]),
          );
        }
      }),
    );
  });

  it('is none where it would be too much to tell apart', () => {
    expect(graphOf(used, grid, { from: 0, to: 1 }, 59)).toBeUndefined();
    expect(graphOf(used, grid, { from: 0, to: 1 }, 60)).toBeDefined();
  });
});

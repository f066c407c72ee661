import { frameAt } from './moments.ts';
import { type Place, placeOf, type Used } from './placing.ts';
import { momentOf, type ResultGrid } from './result-grid.ts';
import type { Sight } from './timeline.ts';

export interface Graph {
  /** Frames of the source in sight and next to it, each with its number among those that are used. */
  readonly sources: readonly { frame: number; time: number; isCut: boolean }[];
  readonly results: readonly { k: number; moment: number; place: Place }[];
  /** Frames of the source and of the result whose moments are in sight. */
  readonly counts: { sources: number; results: number; made: number; held: number };
  /** Seconds between two source frames in sight; undefined where there are not two. */
  readonly spacing: { least: number; most: number } | undefined;
}

/**
 * What falls where in the part in sight.
 * @param most so many frames a row can be told apart; undefined where there are more: nothing is computed then
 */
export function graphOf(used: Used, grid: ResultGrid, { from, to }: Sight, most: number): Graph | undefined {
  const { times, cuts } = used;
  const first = frameAt(times, from);
  const last = Math.min(times.length - 1, frameAt(times, to) + 1);
  const step = momentOf(grid, 1) - grid.start;
  const firstK = Math.max(0, Math.ceil((from - grid.start) / step - 1e-6));
  const lastK = Math.min(grid.count - 1, Math.floor((to - grid.start) / step + 1e-6));
  if (last - first > most || lastK - firstK >= most) return undefined;
  const sources = range(first, last).map((frame) => ({
    frame,
    time: times[frame]!,
    isCut: cuts.has(frame),
  }));
  const results = range(firstK, lastK).map((k) => {
    const moment = momentOf(grid, k);
    return { k, moment, place: placeOf(used, moment) };
  });
  const seen = sources.filter(({ time }) => time >= from && time <= to).map(({ time }) => time);
  const gaps = seen.slice(1).map((time, i) => time - seen[i]!);
  const ofKind = (kind: Place['kind']) => results.filter(({ place }) => place.kind === kind).length;
  return {
    sources,
    results,
    counts: {
      sources: seen.length,
      results: results.length,
      made: ofKind('made'),
      held: ofKind('held'),
    },
    spacing: gaps.length > 0 ? { least: Math.min(...gaps), most: Math.max(...gaps) } : undefined,
  };
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
}

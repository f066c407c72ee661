import type { InterpolateStep } from '../../contract/clip-recipe.ts';
import type { Looked } from './clip-store.ts';
import { frameAt, SAME } from './moments.ts';
import { cutsOf, inForce } from './timeline.ts';

/** The frames of a source that its result is made of. */
export interface Used {
  /** Seconds of each. */
  readonly times: readonly number[];
  /** Those of them with which a scene begins, by their places in `times`. */
  readonly cuts: ReadonlySet<number>;
}

/**
 * Where a frame of a result comes from, by the engine's law (its `placement.ts`), good enough for drawing. `held`: no
 * other frame can be shown, at a cut and behind the last one.
 */
export type Place =
  | { readonly kind: 'kept' | 'held'; readonly frame: number }
  /** Made between `frame` and the next, at `fraction` (above 0, below 1) of the way. */
  | { readonly kind: 'made'; readonly frame: number; readonly fraction: number };

/** What is left of the source where repeats are dropped; a repeat that begins a scene stays. */
export function usedFrames(looked: Looked, step: InterpolateStep): Used {
  const cutFrames = new Set(inForce(cutsOf(looked, looked.changes, step)).map(({ frame }) => frame));
  const dropped = new Set(step.duplicates === 'drop' ? looked.repeats : []);
  const kept = [...looked.times.keys()].filter((i) => !dropped.has(i) || cutFrames.has(i));
  const cuts = new Set([...kept.keys()].filter((place) => cutFrames.has(kept[place]!)));
  return { times: kept.map((i) => looked.times[i]!), cuts };
}

export function placeOf({ times, cuts }: Used, moment: number): Place {
  const frame = frameAt(times, moment);
  const time = times[frame]!;
  if (Math.abs(moment - time) <= SAME) return { kind: 'kept', frame };
  // Before the first, or behind the last.
  if (moment < time || frame + 1 >= times.length) return { kind: 'held', frame };
  const fraction = (moment - time) / (times[frame + 1]! - time);
  if (!cuts.has(frame + 1)) return { kind: 'made', frame, fraction };
  // Across a cut the nearer one; half way, the one that is there already.
  return { kind: 'held', frame: frame + (fraction > 0.5 + 1e-9 ? 1 : 0) };
}

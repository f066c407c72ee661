import type { InterpolateStep } from '../../contract/clip-recipe.ts';
import { toNumber } from '../../contract/time.ts';
import type { ClipState, Looked } from './clip-store.ts';
import { edgeSeconds, frameAt, nearestEdge } from './moments.ts';
import { resultRate } from './result-grid.ts';
import { edgesOf, partOf, type Sight } from './timeline.ts';

/** What is played: the preview where there is one, else the part that is taken. */
export function rangeIn(looked: Looked, step: InterpolateStep, preview: ClipState['preview']): Sight {
  return preview?.range ?? partOf(looked, step);
}

/** A preview makes so many frames at most: they are all held until it is closed. */
const MOST_FRAMES = 120;
/** ...of so many seconds of the source. */
const SECONDS = 1;

/** The source frames of which a preview around a moment is made: at least two, within the part that is taken. */
export function previewEdges(
  looked: Looked,
  step: InterpolateStep,
  moment: number,
): { first: number; after: number } {
  const part = edgesOf(looked, step);
  const perSecond = toNumber(resultRate(step, looked.nominalRate)) * step.slow;
  const seconds = Math.min(SECONDS, MOST_FRAMES / perSecond);
  const low = edgeSeconds(looked, part.first);
  const high = edgeSeconds(looked, part.after);
  // Moved, not cut short, at the ends of the part.
  const from = Math.max(low, Math.min(moment - seconds / 2, high - seconds));
  const first = Math.max(part.first, frameAt(looked.times, from));
  const after = nearestEdge(looked, Math.min(high, edgeSeconds(looked, first) + seconds));
  return { first, after: Math.min(part.after, Math.max(after, first + 2)) };
}

import type { InterpolateStep } from '../../contract/clip-recipe.ts';
import { div, mul, parseRational, type Rational, ratio, toNumber, toText } from '../../contract/time.ts';
import { type Frames, SAME } from './moments.ts';
import { partOf } from './timeline.ts';

/** Frames a second of the result; "2x" is counted from the source's rate. */
export function resultRate({ fps, slow }: Pick<InterpolateStep, 'fps' | 'slow'>, source: Rational): Rational {
  const asked = fps ?? (slow > 1 ? '1x' : '2x');
  const times = /^(\d+)x$/.exec(asked);
  if (times) return mul(source, ratio(Number(times[1])));
  return parseRational(asked) ?? source;
}

/** Where the frames of a result lie: frame k shows the moment `start + k / (rate * slow)` of the source. */
export interface ResultGrid {
  /** Seconds of the source that the first frame shows. */
  readonly start: number;
  /** Frames a second, as they are played. */
  readonly rate: Rational;
  readonly slow: number;
  readonly count: number;
}

export function momentOf({ start, rate, slow }: ResultGrid, k: number): number {
  return start + k / (toNumber(rate) * slow);
}

/** The frame that shows a moment: the last that has begun by then. Outside of the result: undefined. */
export function resultAt(grid: ResultGrid, moment: number): number | undefined {
  const k = Math.floor((moment - grid.start + SAME) * toNumber(grid.rate) * grid.slow);
  return k < 0 || k >= grid.count ? undefined : k;
}

/** When frame k is shown in the result itself, as text. */
export function resultTime({ rate }: ResultGrid, k: number): string {
  return toText(div(ratio(k), rate));
}

/** The grid of what an export with these settings makes. */
export function gridOf(
  frames: Frames,
  nominal: Rational,
  step: Pick<InterpolateStep, 'fps' | 'slow' | 'from' | 'to'>,
): ResultGrid {
  const { from, to } = partOf(frames, step);
  const rate = resultRate(step, nominal);
  const count = Math.max(1, Math.round((to - from) * toNumber(rate) * step.slow));
  return { start: from, rate, slow: step.slow, count };
}

/** The grid of a result that is there already. @param step what it was made with */
export function gridOfResult(
  frames: Frames,
  { rate, framesOut }: { rate: Rational; framesOut: number },
  step: Pick<InterpolateStep, 'slow' | 'from' | 'to'>,
): ResultGrid {
  return { ...gridOf(frames, rate, { ...step, fps: toText(rate) }), count: framesOut };
}

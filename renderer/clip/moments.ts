import { add, div, type Rational, ratio, toNumber, toText } from '../../contract/time.ts';

/** The frames of a clip as the page knows them: doubles of exact times, good for drawing. */
export interface Frames {
  /** Seconds of each frame, rising. */
  readonly times: readonly number[];
  /** When the last frame ends. */
  readonly end: number;
  /** The constant rate that they keep; left out: it varies. */
  readonly rate?: Rational | undefined;
}

/** Two numbers this close are one moment, seconds: what doubles lose is far below, a frame far above. */
export const SAME = 1e-6;

/**
 * The simplest fraction that a double of seconds can stand for: the engine's rationals come back as they were, whatever
 * base they are counted in, because no two fractions of ordinary time bases are that near each other.
 * @param seconds not below 0
 */
export function exactly(seconds: number): Rational {
  const tolerance = Math.max(1e-12, seconds * 2 ** -50);
  let [before, last] = [
    { num: 0, den: 1 },
    { num: 1, den: 0 },
  ];
  let rest = seconds;
  // The convergents of the continued fraction.
  for (let steps = 0; steps < 24; steps += 1) {
    const whole = Math.floor(rest);
    const next = { num: whole * last.num + before.num, den: whole * last.den + before.den };
    [before, last] = [last, next];
    if (!Number.isSafeInteger(next.num) || next.den > 1e9) break;
    if (Math.abs(next.num / next.den - seconds) <= tolerance) return ratio(next.num, next.den);
    rest = 1 / (rest - whole);
  }
  return ratio(Math.round(seconds * 1e6), 1e6);
}

/** When frame `i` is shown, or the last one ends (`i` is their number): on the grid of a constant rate where there is one. */
export function edgeTime({ times, end, rate }: Frames, i: number): Rational {
  const seconds = i < times.length ? times[i]! : end;
  if (!rate) return exactly(seconds);
  const place = Math.round((seconds - times[0]!) * toNumber(rate));
  const onGrid = add(exactly(times[0]!), div(ratio(place), rate));
  return Math.abs(toNumber(onGrid) - seconds) < SAME ? onGrid : exactly(seconds);
}

/** The same as a recipe writes it. */
export function edgeText(frames: Frames, i: number): string {
  return toText(edgeTime(frames, i));
}

/** Seconds of the same, for drawing. */
export function edgeSeconds({ times, end }: Frames, i: number): number {
  return i < times.length ? times[i]! : end;
}

/** The frame that is shown at a moment: the last that has begun by then; the first where none has. */
export function frameAt(times: ArrayLike<number>, moment: number): number {
  let [low, high] = [0, times.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (times[middle]! <= moment + SAME) low = middle;
    else high = middle;
  }
  return low;
}

/** The frame that begins nearest to a moment; of two the earlier. */
export function nearestFrame(times: ArrayLike<number>, moment: number): number {
  const before = frameAt(times, moment);
  if (before + 1 >= times.length) return before;
  return times[before + 1]! - moment < moment - times[before]! ? before + 1 : before;
}

/** Of the edges between frames (0 begins the first, their number ends the last) the one nearest to a moment. */
export function nearestEdge(frames: Frames, moment: number): number {
  const { times, end } = frames;
  const last = times.length - 1;
  return moment > (times[last]! + end) / 2 ? times.length : nearestFrame(times, moment);
}

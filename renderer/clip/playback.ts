import { SAME } from './moments.ts';
import type { Sight } from './timeline.ts';

/** How fast one can look, times real time. */
const SPEEDS = [0.1, 0.25, 0.5, 1, 2] as const;

export function nextSpeed(speed: number): number {
  return SPEEDS.find((each) => each > speed) ?? SPEEDS[0];
}

/** What the clock of the player goes by. */
export interface Pace {
  speed: number;
  /** So many times longer is the result: the clock runs in its time. */
  slow: number;
  /** Seconds of the source between which is played. */
  range: Sight;
  isLooping: boolean;
}

/** The moment after so many seconds of looking; `isOver` where the end of the range was met and it is not gone round. */
export function advanced(
  moment: number,
  elapsed: number,
  { speed, slow, range, isLooping }: Pace,
): { moment: number; isOver: boolean } {
  const { from, to } = range;
  // Set before the range, or behind it: from its beginning.
  const begun = moment < from - SAME || moment >= to - SAME ? from : moment;
  const next = begun + (elapsed * speed) / slow;
  if (next < to - SAME) return { moment: next, isOver: false };
  if (!isLooping) return { moment: to, isOver: true };
  const length = to - from;
  return { moment: from + ((next - from) % length), isOver: false };
}

/** Frames of a side by their numbers; `to` is not in it any more. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

interface Wanted {
  /** The frame that is shown now. */
  at: number;
  /** So many frames of the side are to be there, from this one on. */
  ahead: number;
  /** ...and so many before it, for going back. */
  behind: number;
  /** The first frame that can be wanted, and the one after the last. */
  bounds: Stretch;
  /** Whether a frame is there, or was asked for in vain. */
  has(frame: number): boolean;
}

/** As many frames are asked for in one call. */
export const MOST_AT_ONCE = 60;

/**
 * The frames to ask for next: the first that is missing from the one that is shown on, and those after it; only when
 * half of what is ahead has been shown, so that calls are few. Undefined where enough is there.
 */
export function nextStretch({ at, ahead, behind, bounds, has }: Wanted): Stretch | undefined {
  const last = Math.min(bounds.to, at + Math.max(1, ahead));
  const first = Math.max(bounds.from, at);
  const missing = firstMissing(first, last, has);
  if (missing !== undefined) {
    const isNear = missing - first <= (last - first) / 2;
    return isNear ? { from: missing, to: runEnd(missing, last, has) } : undefined;
  }
  const back = Math.max(bounds.from, at - behind);
  // All of what is behind at once: going there means a seek.
  const before = firstMissing(back, Math.min(first, bounds.to), has);
  return before === undefined ? undefined : { from: before, to: runEnd(before, first, has) };
}

function firstMissing(from: number, to: number, has: (frame: number) => boolean): number | undefined {
  for (let frame = from; frame < to; frame += 1) if (!has(frame)) return frame;
  return undefined;
}

function runEnd(from: number, to: number, has: (frame: number) => boolean): number {
  let end = from + 1;
  while (end < to && end - from < MOST_AT_ONCE && !has(end)) end += 1;
  return end;
}

/** Whether a call for such frames is still of use where these are wanted. */
export function isWanted(asked: Stretch, at: number, ahead: number, behind: number): boolean {
  return asked.to > at - behind && asked.from < at + Math.max(1, ahead);
}

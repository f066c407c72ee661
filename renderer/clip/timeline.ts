import type { InterpolateStep } from '../../contract/clip-recipe.ts';
import { findCuts } from '../../contract/cuts.ts';
import { parseRational, toNumber } from '../../contract/time.ts';
import { edgeSeconds, edgeText, type Frames, nearestEdge, nearestFrame, SAME } from './moments.ts';

/** The part of a clip that the timeline shows, seconds. */
export interface Sight {
  readonly from: number;
  readonly to: number;
}

export function timeToX({ from, to }: Sight, width: number, time: number): number {
  return ((time - from) / (to - from)) * width;
}

export function xToTime({ from, to }: Sight, width: number, x: number): number {
  return from + (x / width) * (to - from);
}

/** The same length, moved so that it lies within the whole. */
function within({ from, to }: Sight, whole: Sight): Sight {
  const length = Math.min(to - from, whole.to - whole.from);
  const start = Math.min(Math.max(from, whole.from), whole.to - length);
  return { from: start, to: start + length };
}

/**
 * Shows less or more around a moment, which stays where it is on the screen.
 * @param factor above 1: closer @param least seconds that are shown at the closest
 */
export function zoomSight(sight: Sight, factor: number, around: number, whole: Sight, least: number): Sight {
  const longest = whole.to - whole.from;
  const length = Math.min(longest, Math.max(Math.min(least, longest), (sight.to - sight.from) / factor));
  const share = (around - sight.from) / (sight.to - sight.from);
  const from = around - share * length;
  return within({ from, to: from + length }, whole);
}

export function panSight(sight: Sight, by: number, whole: Sight): Sight {
  return within({ from: sight.from + by, to: sight.to + by }, whole);
}

/** Moves on by a page where a moment is out of sight. */
export function withInSight(sight: Sight, moment: number, whole: Sight): Sight {
  if (moment >= sight.from && moment <= sight.to) return sight;
  const length = sight.to - sight.from;
  const from = moment > sight.to ? moment - length * 0.1 : moment - length * 0.9;
  return within({ from, to: from + length }, whole);
}

/** Seconds between labels, and into how many parts ticks divide them. */
const STEPS: readonly (readonly [seconds: number, parts: number])[] = [
  [0.01, 2],
  [0.02, 2],
  [0.05, 5],
  [0.1, 5],
  [0.2, 4],
  [0.5, 5],
  [1, 5],
  [2, 4],
  [5, 5],
  [10, 5],
  [15, 3],
  [30, 6],
  [60, 6],
  [120, 4],
  [300, 5],
  [600, 5],
  [900, 3],
  [1800, 6],
  [3600, 6],
  [7200, 4],
  [18_000, 5],
  [36_000, 5],
];
/** So many pixels lie between two labels at least: the longest is "1:00:00.00". */
const LABEL_ROOM = 80;

/** The finest labels that have room. @returns seconds from one to the next, parts between, and digits after the point */
export function rulerStep(secondsPerPixel: number): { seconds: number; parts: number; digits: number } {
  const [seconds, parts] = STEPS.find(([step]) => step >= LABEL_ROOM * secondsPerPixel) ?? STEPS.at(-1)!;
  return { seconds, parts, digits: seconds < 0.1 ? 2 : seconds < 1 ? 1 : 0 };
}

/** "0:03.20", "1:00:03": seconds as a player writes them. */
export function timecode(seconds: number, digits: number): string {
  const unit = 10 ** digits;
  // Rounded once, or 59.96 would become 0:60.0.
  const units = Math.round(Math.max(0, seconds) * unit);
  const whole = Math.floor(units / unit);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  const clock = hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
  return digits > 0 ? `${clock}.${String(units % unit).padStart(digits, '0')}` : clock;
}

type Cuts = InterpolateStep['cuts'];

/** Where a scene begins. `removed`: one that was found, and taken out by hand. */
export interface Cut {
  readonly frame: number;
  readonly kind: 'found' | 'added' | 'removed';
}

/** The frames that moments of a recipe mean, as the engine finds them. */
function framesOf({ times }: Frames, texts: readonly string[]): Set<number> {
  return new Set(texts.map((text) => nearestFrame(times, toNumber(parseRational(text)!))));
}

/** All cuts in their order: those that hold, and those that were taken out. The first frame is none. */
export function cutsOf(
  frames: Frames,
  changes: ArrayLike<number>,
  { scene, cuts }: Pick<InterpolateStep, 'scene' | 'cuts'>,
): Cut[] {
  const added = framesOf(frames, cuts.added);
  const removed = framesOf(frames, cuts.removed);
  const found = findCuts(changes, scene).filter((frame) => !added.has(frame));
  const all: Cut[] = [
    ...found.map((frame) => ({
      frame,
      kind: removed.has(frame) ? ('removed' as const) : ('found' as const),
    })),
    ...[...added].filter((frame) => frame > 0).map((frame) => ({ frame, kind: 'added' as const })),
  ];
  return all.sort((a, b) => a.frame - b.frame);
}

/** The cuts that hold. */
export function inForce(cuts: readonly Cut[]): Cut[] {
  return cuts.filter(({ kind }) => kind !== 'removed');
}

/** Marks a cut at a frame, or takes the one there away; what was found comes back when it is marked again. */
export function toggleCut(
  frames: Frames,
  changes: ArrayLike<number>,
  { scene, cuts }: Pick<InterpolateStep, 'scene' | 'cuts'>,
  frame: number,
): Cuts {
  if (frame < 1 || frame >= frames.times.length) return cuts;
  const isHere = (text: string) => framesOf(frames, [text]).has(frame);
  const others = {
    added: cuts.added.filter((text) => !isHere(text)),
    removed: cuts.removed.filter((text) => !isHere(text)),
  };
  const isFound = findCuts(changes, scene).includes(frame);
  const holds = cutsOf(frames, changes, { scene, cuts }).some(
    (cut) => cut.frame === frame && cut.kind !== 'removed',
  );
  if (holds) return isFound ? { ...others, removed: [...others.removed, edgeText(frames, frame)] } : others;
  return isFound ? others : { ...others, added: [...others.added, edgeText(frames, frame)] };
}

type Part = Pick<InterpolateStep, 'from' | 'to'>;

/** The part that is taken, as drawn: never empty, whatever the recipe says. */
export function partOf(frames: Frames, { from, to }: Part): Sight {
  const whole = wholeOf(frames);
  const read = (text: string | undefined, otherwise: number) =>
    text === undefined ? otherwise : toNumber(parseRational(text)!);
  const begin = Math.min(Math.max(read(from, whole.from), whole.from), whole.to);
  const end = Math.min(Math.max(read(to, whole.to), whole.from), whole.to);
  return end - begin > SAME ? { from: begin, to: end } : whole;
}

/** From the first frame to the end of the last. */
export function wholeOf({ times, end }: Frames): Sight {
  return { from: times[0]!, to: end };
}

/** The edges of the part that is taken: the frame it begins with, and the one after its last. */
export function edgesOf(frames: Frames, part: Part): { first: number; after: number } {
  const { from, to } = partOf(frames, part);
  const first = Math.min(nearestEdge(frames, from), frames.times.length - 1);
  return { first, after: Math.max(first + 1, nearestEdge(frames, to)) };
}

/** The part that begins with a frame; it is held before the end by one frame at least. */
export function withIn(frames: Frames, part: Part, frame: number): Part {
  const first = Math.min(Math.max(frame, 0), edgesOf(frames, part).after - 1);
  return { from: first === 0 ? undefined : edgeText(frames, first), to: part.to };
}

/** The part that ends before a frame, or after the last one (their number); held behind the beginning as above. */
export function withOut(frames: Frames, part: Part, after: number): Part {
  const count = frames.times.length;
  const edge = Math.max(Math.min(after, count), edgesOf(frames, part).first + 1);
  return { from: part.from, to: edge === count ? undefined : edgeText(frames, edge) };
}

/** The nearest cut that holds before or behind a moment, seconds; undefined where there is none. */
export function cutFrom(
  frames: Frames,
  cuts: readonly Cut[],
  moment: number,
  direction: -1 | 1,
): number | undefined {
  const times = inForce(cuts).map(({ frame }) => edgeSeconds(frames, frame));
  return direction === 1
    ? times.find((time) => time > moment + SAME)
    : times.findLast((time) => time < moment - SAME);
}

import type { InterpolateStep } from '../../../contract/clip-recipe.ts';
import { findCuts } from '../../../contract/cuts.ts';
import {
  add,
  compare,
  div,
  fromTicks,
  mul,
  parseRational,
  type Rational,
  ratio,
  sub,
  toNumber,
} from '../../../contract/time.ts';
import type { Analysis } from './analysis.ts';
import { evenCadence } from './cadence.ts';
import { findGrid, type Grid, nominalRate } from './rates.ts';

/** The frames of a source as they are to be shown: what is dropped is not in it any more. */
export interface SourceTimes {
  /** How many frames. */
  readonly count: number;
  /** When frame `i` is shown, seconds from the source's own zero; rises with `i`. */
  timeOf(i: number): Rational;
  /** When the last frame ends. */
  readonly end: Rational;
  /** Whether a scene begins with frame `i`: nothing is made between it and the one before. */
  isCut(i: number): boolean;
}

/** The frames of a clip that are used, and when. */
export interface Timeline extends SourceTimes {
  /** The constant rate that they keep; undefined where it varies. */
  readonly grid: Rational | undefined;
  /** What "twice as many" is counted from. */
  readonly rate: Rational;
  /** Ticks of used frame `i` in the source: how it is found there. */
  ticksOf(i: number): bigint;
  /** Cuts that are used, as moments of the first frame of a scene. */
  readonly cuts: readonly Rational[];
  /** Places of the constant rate that have no frame: lost ones, or some that the file never had. */
  readonly gaps: number;
  /** Frames that were left out because they repeat the one before. */
  readonly dropped: number;
}

/**
 * Turns what was seen of a source into the frames that are used and when each is shown, seconds after the file's zero.
 * Times that a container has rounded are put back on the grid they come from.
 * @param zero the file's first timestamp, seconds @param stated rates that the file states
 * @param statedEnd seconds after `zero` at which the file says that the picture ends; left out: it does not
 */
export function timelineOf(
  analysis: Analysis,
  step: Pick<InterpolateStep, 'scene' | 'cuts' | 'duplicates'>,
  zero: Rational,
  stated: readonly Rational[],
  statedEnd?: Rational,
): Timeline {
  const { base, ticks, repeats, changes } = analysis;
  const grid = findGrid(ticks, base, stated);
  const first = sub(fromTicks(BigInt(ticks[0]!), base), zero);
  const own = (i: number): Rational =>
    grid ? add(first, div(ratio(grid.places[i]!), grid.rate)) : sub(fromTicks(BigInt(ticks[i]!), base), zero);
  const isCut = cutsOf(changes, step, own);
  const used = usedFrames(repeats, isCut, step.duplicates);
  const even = used.length < ticks.length ? evenCadence(used, grid, isCut) : undefined;
  const timeOf = (i: number): Rational => {
    const moved = even?.get(i);
    return moved && grid ? add(first, div(moved, grid.rate)) : own(used[i]!);
  };
  const cuts = [...used.keys()].filter((i) => i > 0 && isCut[used[i]!] === 1).map(timeOf);
  const span = sub(own(ticks.length - 1), first);
  return {
    count: used.length,
    timeOf,
    end: endOf(analysis, grid, own(ticks.length - 1), span, statedEnd),
    isCut: (i) => isCut[used[i]!] === 1,
    grid: grid?.rate,
    rate: grid?.rate ?? nominalRate(ticks.length, span),
    ticksOf: (i) => BigInt(ticks[used[i]!]!),
    cuts,
    gaps: grid ? grid.places.at(-1)! + 1 - ticks.length : 0,
    dropped: ticks.length - used.length,
  };
}

/** 1 at the first frame of each scene: what was found, with what was added and without what was taken out by hand. */
function cutsOf(
  changes: Float32Array,
  { scene, cuts }: Pick<InterpolateStep, 'scene' | 'cuts'>,
  own: (i: number) => Rational,
): Uint8Array {
  const isCut = new Uint8Array(changes.length);
  for (const i of findCuts(changes, scene)) isCut[i] = 1;
  const nearest = (text: string) => nearestFrame(parseRational(text)!, changes.length, own);
  for (const text of cuts.removed) isCut[nearest(text)] = 0;
  for (const text of cuts.added) isCut[nearest(text)] = 1;
  isCut[0] = 0;
  return isCut;
}

function nearestFrame(moment: Rational, count: number, own: (i: number) => Rational): number {
  let [low, high] = [0, count - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(own(middle), moment) < 0) low = middle + 1;
    else high = middle;
  }
  const before = Math.max(0, low - 1);
  const isNearer = Math.abs(toNumber(sub(own(before), moment))) < Math.abs(toNumber(sub(own(low), moment)));
  return isNearer ? before : low;
}

function usedFrames(repeats: Uint8Array, isCut: Uint8Array, duplicates: 'keep' | 'drop'): Int32Array {
  const all = Int32Array.from(repeats, (_, i) => i);
  return duplicates === 'keep' ? all : all.filter((i) => repeats[i] === 0 || isCut[i] === 1);
}

/** A frame is not held longer than this many periods because the file says nothing of its end. */
const LONGER = 1.5;
/** A file that is said to end later than this has broken off, or states something else. */
const MOST_PERIODS = 10;

function endOf(
  { base, ticks, lastDuration }: Analysis,
  grid: Grid | undefined,
  last: Rational,
  span: Rational,
  statedEnd: Rational | undefined,
): Rational {
  const stated = fromTicks(BigInt(lastDuration), base);
  const period = grid ? div(ratio(1), grid.rate) : mul(span, ratio(1, Math.max(1, ticks.length - 1)));
  // A container's rounding is no longer or shorter frame.
  const isOwn = stated.num > 0 && (!grid || toNumber(stated) > LONGER * toNumber(period));
  // Where only the whole is stated, the last frame is shown until then.
  const rest = statedEnd && !grid && !isOwn ? toNumber(sub(statedEnd, last)) / toNumber(period) : 0;
  if (statedEnd && rest > 0 && rest < MOST_PERIODS) return statedEnd;
  return add(last, isOwn ? stated : period.num > 0 ? period : ratio(1, 25));
}

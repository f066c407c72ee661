import { compare, div, mul, type Rational, ratio, toNumber } from '../../../contract/time.ts';

/** Frames a second that films, broadcasts, games and animations have. */
const STANDARD: readonly Rational[] = [
  ...[6, 8, 10, 12, 12.5, 15, 18, 20, 24, 25, 30, 48, 50, 60, 72, 90, 100, 120, 144, 240].map((rate) =>
    ratio(rate * 2, 2),
  ),
  ...[12, 15, 24, 30, 48, 60, 120, 240].map((rate) => ratio(rate * 1000, 1001)),
];

/** A grid is no grid where it is empty half of the time: any milliseconds fit a thousand frames a second. */
const LEAST_FULL = 0.5;
/** Frames of a grid lie this many ticks apart, or the ticks are too coarse to tell one grid from another. */
const LEAST_PERIOD = 2;

/** A constant rate that frames keep: frame i is shown `places[i] / rate` seconds after the first. */
export interface Grid {
  readonly rate: Rational;
  readonly places: Int32Array;
}

/**
 * Finds the constant rate whose grid all timestamps lie on within one tick. Containers round: Matroska to milliseconds,
 * QuickTime often to 1/600 s. Gaps are allowed, they stay gaps.
 * @param ticks rising, whole numbers @param base seconds of a tick @param stated what the file says of itself
 * @returns undefined where the rate varies
 */
export function findGrid(
  ticks: Float64Array,
  base: Rational,
  stated: readonly Rational[] = [],
): Grid | undefined {
  if (ticks.length < 2) return undefined;
  const found: { grid: Grid; fullness: number; error: number; isStated: boolean }[] = [];
  const look = (rates: readonly Rational[], isStated: boolean) => {
    for (const rate of rates) {
      const fit = rate.num > 0 ? place(ticks, base, rate) : undefined;
      if (fit) found.push({ ...fit, isStated });
    }
  };
  look(stated, true);
  look(STANDARD, false);
  // A rate of its own always fits best, so it is taken only where no other does.
  if (found.length === 0) look(evenRate(ticks, base), false);
  // The coarsest grid that holds all; of several that hold as many frames the stated one, else the truest.
  const fullest = Math.max(...found.map(({ fullness }) => fullness));
  return found
    .filter(({ fullness }) => fullness > fullest * 0.995)
    .sort((a, b) => Number(b.isStated) - Number(a.isStated) || a.error - b.error)[0]?.grid;
}

/** Puts every timestamp on a place of the grid; undefined where one lies more than a tick from any. */
function place(
  ticks: Float64Array,
  base: Rational,
  rate: Rational,
): { grid: Grid; fullness: number; error: number } | undefined {
  // Places a tick; whole numbers up to 2^53 are exact, and what is lost by the division is far below a tick.
  const perTick = toNumber(mul(rate, base));
  if (1 / perTick < LEAST_PERIOD) return undefined;
  const first = ticks[0]!;
  const places = new Int32Array(ticks.length);
  let error = 0;
  for (let i = 1; i < ticks.length; i += 1) {
    const distance = ticks[i]! - first;
    const at = Math.round(distance * perTick);
    const off = Math.abs(distance - at / perTick);
    if (off > 1 + 1e-6 || at <= places[i - 1]!) return undefined;
    places[i] = at;
    error = Math.max(error, off);
  }
  const fullness = (ticks.length - 1) / places.at(-1)!;
  return fullness < LEAST_FULL ? undefined : { grid: { rate, places }, fullness, error };
}

/**
 * Seconds from the first frame to one that is `ticks` behind it: by the first of the `rates` that has a place for it
 * within a tick, else as it stands. A rate that is not the clip's moves it by a tick at most, which nobody sees.
 */
export function onGrid(ticks: number, base: Rational, rates: readonly Rational[]): Rational {
  for (const rate of rates) {
    const perTick = toNumber(mul(rate, base));
    if (perTick <= 0 || 1 / perTick < LEAST_PERIOD) continue;
    const at = Math.round(ticks * perTick);
    if (Math.abs(ticks - at / perTick) <= 1 + 1e-6) return div(ratio(at), rate);
  }
  return mul(ratio(ticks), base);
}

/** The rate of frames that are all equally far apart, whatever it is. */
function evenRate(ticks: Float64Array, base: Rational): Rational[] {
  const span = ticks.at(-1)! - ticks[0]!;
  if (span <= 0) return [];
  const shortest = ticks.reduce(
    (least, tick, i) => (i ? Math.min(least, tick - ticks[i - 1]!) : least),
    span,
  );
  const made = [];
  for (const num of [(ticks.length - 1) * base.den, Math.round(span / shortest) * base.den]) {
    const den = span * base.num;
    if (Number.isSafeInteger(num) && Number.isSafeInteger(den) && num > 0) made.push(ratio(num, den));
  }
  return made;
}

/** Rates this close are told apart by nobody who states one. */
const NEARLY = 0.03;

/** What a clip of varying rate is taken for where "twice as many" is asked of it: the standard rate nearest its average. */
export function nominalRate(frames: number, span: Rational): Rational {
  if (frames < 2 || span.num <= 0) return ratio(25);
  const average = (frames - 1) / toNumber(span);
  const nearest = STANDARD.toSorted(
    (a, b) => Math.abs(toNumber(a) - average) - Math.abs(toNumber(b) - average),
  )[0]!;
  if (Math.abs(toNumber(nearest) - average) <= NEARLY * average) return nearest;
  const rounded = ratio(Math.max(1, Math.round(average * 1000)), 1000);
  return compare(rounded, ratio(1)) < 0 ? ratio(1) : rounded;
}

/** "2x" of a rate, or the rate that is named. @param fps as a recipe has it */
export function targetRate(
  fps: string,
  source: Rational,
  parse: (text: string) => Rational | undefined,
): Rational {
  const times = /^(\d+)x$/.exec(fps);
  return times ? mul(source, ratio(Number(times[1]))) : (parse(fps) ?? source);
}

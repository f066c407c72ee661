import { add, compare, div, mul, type Rational, ratio, round, sub, ZERO } from '../../../../contract/time.ts';
import type { SourceTimes } from '../../clips/source-times.ts';

/** Where an output frame comes from. */
export type Place =
  /** Source frame `index` as it is. `held`: it is not its own time, but no other can be shown. */
  | { kind: 'source'; index: number; held: boolean }
  /** Made between `index` and the next frame, at `fraction` (above 0, below 1) of the way. */
  | { kind: 'between'; index: number; fraction: Rational };

export interface PlacementOptions {
  /** Output frames a second. */
  rate: Rational;
  /** So many times longer. */
  slow: number;
  /** The part that is taken, seconds of the source. */
  from?: Rational | undefined;
  to?: Rational | undefined;
  /** For how long the last frame is shown, seconds of the source; left out: as long as in the source. */
  last?: Rational | undefined;
}

/**
 * The law of the studio: output frame k is shown exactly k / rate seconds after the first, and is what the source shows
 * at that moment: a source frame where one begins just then, else the picture at the exact fraction between its two
 * neighbours by their own timestamps. Nothing is accumulated, so nothing drifts.
 */
export class Placement {
  /** Output frames. */
  readonly count: number;
  /** The moment of the source that the first output frame shows. */
  readonly start: Rational;
  /** Seconds from the start of the part to the first output frame: a picture that begins after its sound. */
  readonly offset: Rational;
  readonly rate: Rational;
  /** Seconds of the source from one output frame to the next. */
  readonly #step: Rational;
  /** Where the last look-up ended: they come in order. */
  #near = 0;

  constructor(
    private readonly source: SourceTimes,
    { rate, slow, from, to, last }: PlacementOptions,
  ) {
    const first = source.timeOf(0);
    const begin = from ?? ZERO;
    this.start = compare(begin, first) > 0 ? begin : first;
    this.offset = mul(sub(this.start, begin), ratio(slow));
    const whole = last ? add(source.timeOf(source.count - 1), last) : source.end;
    const end = to && compare(to, whole) < 0 ? to : whole;
    const span = sub(end, this.start);
    this.rate = rate;
    this.#step = div(ratio(1), mul(rate, ratio(slow)));
    // At least the frame that is there; else as long as the source, to the nearest frame.
    this.count = span.num <= 0 ? 0 : Math.max(1, round(div(span, this.#step)));
  }

  /** Seconds after the first output frame at which output frame `k` is shown. */
  timeOf(k: number): Rational {
    return div(ratio(k), this.rate);
  }

  /** The moment of the source that output frame `k` shows. */
  momentOf(k: number): Rational {
    return add(this.start, mul(ratio(k), this.#step));
  }

  placeOf(k: number): Place {
    const { source } = this;
    const moment = this.momentOf(k);
    const index = this.#before(moment);
    const time = source.timeOf(index);
    if (compare(time, moment) >= 0) return { kind: 'source', index, held: compare(time, moment) > 0 };
    if (index + 1 >= source.count) return { kind: 'source', index, held: true };
    const fraction = div(sub(moment, time), sub(source.timeOf(index + 1), time));
    if (!source.isCut(index + 1)) return { kind: 'between', index, fraction };
    // Across a cut the nearer frame is shown; half way, the one that is there already.
    return { kind: 'source', index: index + (2 * fraction.num > fraction.den ? 1 : 0), held: true };
  }

  /** The last frame that is not shown after `moment`; the first where all are. */
  #before(moment: Rational): number {
    const { source } = this;
    let low = this.#near;
    if (compare(source.timeOf(low), moment) > 0) low = 0;
    // Mostly the same or the next; else a search.
    for (let steps = 0; steps < 4; steps += 1) {
      if (low + 1 >= source.count || compare(source.timeOf(low + 1), moment) > 0) return this.#found(low);
      low += 1;
    }
    let high = source.count;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (compare(source.timeOf(middle), moment) > 0) high = middle;
      else low = middle;
    }
    return this.#found(low);
  }

  #found(index: number): number {
    this.#near = index;
    return index;
  }
}

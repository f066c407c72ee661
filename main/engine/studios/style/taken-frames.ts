import { compare, div, type Rational, ratio, sub, ZERO } from '../../../../contract/time.ts';
import type { Timeline } from '../../clips/source-times.ts';
import type { FrameTimes } from '../../media/video/assemble.ts';

/** The frames of a part of a clip, at their own times: frame k is the source's `first` + k. */
export class TakenFrames implements FrameTimes {
  readonly first: number;
  readonly count: number;
  readonly tick: Rational;
  readonly isConstant: boolean;
  readonly #begin: Rational;
  readonly #end: Rational;

  /** @param from @param to seconds of the source @param tick seconds of a tick of the source */
  constructor(
    private readonly timeline: Pick<Timeline, 'count' | 'timeOf' | 'end' | 'grid' | 'gaps' | 'isCut'>,
    { from, to, tick }: { from: Rational | undefined; to: Rational | undefined; tick: Rational },
  ) {
    const { count, timeOf, end, grid, gaps } = timeline;
    this.#begin = from ?? ZERO;
    this.#end = to && compare(to, end) < 0 ? to : end;
    // The frame that is shown at the beginning may have begun before.
    let first = 0;
    while (first + 1 < count && compare(timeOf(first + 1), this.#begin) <= 0) first += 1;
    let behind = first;
    while (behind < count && compare(timeOf(behind), this.#end) < 0) behind += 1;
    this.first = first;
    this.count = compare(this.#begin, this.#end) < 0 ? behind - first : 0;
    this.tick = grid ? div(ratio(1), grid) : tick;
    this.isConstant = grid !== undefined && gaps === 0;
  }

  /** Scenes that begin within it. */
  get cuts(): number {
    let cuts = 0;
    for (let k = 1; k < this.count; k += 1) cuts += Number(this.timeline.isCut(this.first + k));
    return cuts;
  }

  of(k: number): Rational {
    const at = k >= this.count ? this.#end : this.timeline.timeOf(this.first + k);
    return compare(at, this.#begin) < 0 ? ZERO : sub(at, this.#begin);
  }
}

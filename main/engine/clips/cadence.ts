import { add, type Rational, ratio } from '../../../contract/time.ts';
import type { Grid } from './rates.ts';

/** Telecine and animation repeat frames in cycles of a few: 2:3 pulldown in two, its other forms in up to five. */
const LONGEST_CYCLE = 6;
/** A cycle that comes this often is one. */
const TIMES = 3;

/**
 * Where frames were left out in a cycle (2:3:2:3 ...), those that stay were evenly apart before something repeated
 * them: they are spread evenly over each cycle again, which takes the judder out. On twos, or where frames repeat
 * without a pattern, times stay as they are.
 * @param used indices of the frames that stay @param grid places of all frames
 * @returns by number among `used`: places on the grid after the first frame, only of those that move
 */
export function evenCadence(
  used: Int32Array,
  grid: Grid | undefined,
  isCut: Uint8Array,
): Map<number, Rational> {
  const moved = new Map<number, Rational>();
  if (!grid) return moved;
  const place = (i: number) => grid.places[used[i]!]!;
  const gap = (i: number) => place(i + 1) - place(i);
  let begin = 0;
  for (let end = 1; end <= used.length; end += 1) {
    if (end < used.length && isCut[used[end]!] !== 1) continue;
    // A scene: frames begin..end-1, gaps between them begin..end-2.
    for (let i = begin; i + 2 < end; ) {
      const cycle = cycleAt(i, end - 1, gap);
      if (!cycle) {
        i += 1;
        continue;
      }
      while (i + cycle < end && isSame(i, cycle, gap, end - 1)) {
        const length = place(i + cycle) - place(i);
        for (let j = 1; j < cycle; j += 1) moved.set(i + j, add(ratio(place(i)), ratio(length * j, cycle)));
        i += cycle;
      }
    }
    begin = end;
  }
  return moved;

  /** Whether the gaps of the cycle at `i` are those of the one before or of the one behind it. */
  function isSame(i: number, cycle: number, gaps: (i: number) => number, last: number): boolean {
    const same = (a: number, b: number) => {
      for (let j = 0; j < cycle; j += 1)
        if (b + j >= last || a + j < 0 || gaps(a + j) !== gaps(b + j)) return false;
      return true;
    };
    return same(i, i + cycle) || (i - cycle >= begin && same(i - cycle, i));
  }
}

/** The shortest cycle of unequal gaps that begins at `i` and comes `TIMES` times; undefined where there is none. */
function cycleAt(i: number, last: number, gap: (i: number) => number): number | undefined {
  for (let cycle = 2; cycle <= LONGEST_CYCLE; cycle += 1) {
    if (i + TIMES * cycle > last) return undefined;
    let [isCycle, isUneven] = [true, false];
    for (let j = 0; j < cycle * (TIMES - 1) && isCycle; j += 1) {
      isCycle = gap(i + j) === gap(i + j + cycle);
      isUneven ||= gap(i + j) !== gap(i);
    }
    if (isCycle && isUneven) return cycle;
  }
  return undefined;
}

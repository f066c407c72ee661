import type { InterpolateStep } from '../../contract/clip-recipe.ts';
import { parseRational, type Rational, toNumber } from '../../contract/time.ts';
import type { ItemView } from '../../contract/views.ts';
import type { ClipState, Looked } from './clip-store.ts';
import { frameAt, SAME } from './moments.ts';
import { gridOf, gridOfResult, momentOf, type ResultGrid, resultAt, resultRate } from './result-grid.ts';

/** What the player can show as the result: a preview goes before what an export is making, and that before a file. */
type ResultKind = 'preview' | 'latest' | 'file' | 'none';

export interface ResultSide {
  readonly kind: ResultKind;
  /** Frames a second of it. */
  readonly rate: Rational;
  readonly slow: number;
  /** Where its frames lie; of a file only. */
  readonly grid?: ResultGrid;
  /** Tells a file from another. */
  readonly item?: string;
}

export function resultSide(
  looked: Looked,
  step: InterpolateStep,
  item: ItemView | undefined,
  { preview, latest, unread }: Pick<ClipState, 'preview' | 'latest' | 'unread'>,
): ResultSide {
  const own = { rate: resultRate(step, looked.nominalRate), slow: step.slow };
  if (preview) return { kind: 'preview', ...own };
  if (item?.status === 'running' && latest) return { kind: 'latest', ...own };
  const { rate: text, framesOut } = item?.result ?? {};
  const rate = text === undefined ? undefined : parseRational(text);
  const isThere = item?.status === 'done' || item?.status === 'skipped';
  if (!isThere || !rate || !framesOut || unread.includes(item.id)) return { kind: 'none', ...own };
  // It lies on the grid of what it was asked for with, whatever is set later.
  const grid = gridOfItem(looked, item.id, { rate, framesOut }, item.step ?? step);
  return { kind: 'file', rate, slow: grid.slow, grid, item: item.id };
}

const grids = new WeakMap<Looked, Map<string, ResultGrid>>();

/** Found once for each: a result stays where it is, whatever is set after it was made. */
function gridOfItem(
  looked: Looked,
  item: string,
  made: { rate: Rational; framesOut: number },
  step: InterpolateStep,
): ResultGrid {
  const found = grids.get(looked) ?? new Map<string, ResultGrid>();
  grids.set(looked, found);
  const grid = found.get(item) ?? gridOfResult(looked, made, step);
  found.set(item, grid);
  return grid;
}

/** A frame of the result that belongs to a moment. */
export type Shown =
  /** Its number in the file, or among the frames of the preview. */
  | { readonly state: 'there'; readonly index: number; readonly moment: number }
  /** It will come. */
  | { readonly state: 'coming' }
  /** The result has none at this moment. */
  | { readonly state: 'outside' };

export function shownAt(side: ResultSide, preview: ClipState['preview'], moment: number): Shown {
  if (side.grid) {
    const index = resultAt(side.grid, moment);
    return index === undefined
      ? { state: 'outside' }
      : { state: 'there', index, moment: momentOf(side.grid, index) };
  }
  if (!preview || moment < preview.range.from - SAME || moment >= preview.range.to - SAME)
    return { state: 'outside' };
  const times = preview.frames.map(({ time }) => time);
  const last = times.at(-1);
  // They come in order: what lies behind the last one is still being made.
  const period = 1 / (toNumber(side.rate) * side.slow);
  if (last === undefined || (preview.isWorking && moment >= last + period - SAME)) return { state: 'coming' };
  const index = frameAt(times, moment);
  return { state: 'there', index, moment: times[index]! };
}

/** The moment of the next frame of the result, or the one before; undefined where there is none. */
export function besideIt(
  side: ResultSide,
  preview: ClipState['preview'],
  moment: number,
  direction: -1 | 1,
): number | undefined {
  const moments = preview
    ? preview.frames.map(({ time }) => time)
    : side.grid && nearMoments(side.grid, moment);
  if (!moments) return undefined;
  return direction === 1
    ? moments.find((time) => time > moment + SAME)
    : moments.findLast((time) => time < moment - SAME);
}

function nearMoments(grid: ResultGrid, moment: number): number[] {
  const near = Math.round((moment - grid.start) * toNumber(grid.rate) * grid.slow);
  return [-2, -1, 0, 1, 2]
    .map((by) => near + by)
    .filter((k) => k >= 0 && k < grid.count)
    .map((k) => momentOf(grid, k));
}

/** The grid on which an export with the settings of now, or the file that is there, has its frames. */
export function gridInForce(looked: Looked, side: ResultSide, step: InterpolateStep): ResultGrid {
  return side.grid ?? gridOf(looked, looked.nominalRate, step);
}

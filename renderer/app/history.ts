import type { ClipPart } from '../../contract/clip-recipe.ts';
import type { PictureMasks } from '../../contract/masks.ts';
import type { PageSession } from '../../contract/session.ts';
import type { Sort } from '../../contract/sort.ts';
import type { PresetView } from '../../contract/views.ts';

/** A change that can be made as often as it is asked for; data, so that a step can hold it and its opposite. */
export type Change =
  | { kind: 'settings'; settings: PageSession['settings'] }
  | { kind: 'clip'; clip: NonNullable<PageSession['clip']>['settings'] }
  | { kind: 'style'; style: NonNullable<PageSession['style']>['settings'] }
  | { kind: 'generate'; generate: NonNullable<PageSession['generate']>['settings'] }
  /** What was marked in a clip. */
  | { kind: 'part'; source: string; part: ClipPart | undefined }
  /** What was painted on a picture; the pixels are main's, by their hash. */
  | { kind: 'masks'; source: string; masks: PictureMasks | undefined }
  | { kind: 'sort'; sort: Sort }
  /** Takes pictures off the list, or brings them back. */
  | { kind: 'close' | 'bringBack'; ids: readonly string[] }
  | { kind: 'savePreset'; preset: PresetView }
  | { kind: 'removePreset'; preset: Pick<PresetView, 'studio' | 'name'> };

export interface Step<C> {
  undo: C;
  redo: C;
}

/** What was done, the newest last, and what was undone, the next to be done again last. */
export interface History<C> {
  past: readonly Step<C>[];
  future: readonly Step<C>[];
}

export const NO_HISTORY: History<never> = { past: [], future: [] };

/** Of all steps together, characters of JSON: a step is a few hundred, and nobody undoes through tens of thousands. */
const MOST_KEPT = 4e6;

/** After a new step there is nothing to do again. */
export function stepped<C>({ past }: History<C>, step: Step<C>): History<C> {
  return { past: withinBudget([...past, step]), future: [] };
}

/** The newest steps that fit; the last always does. */
function withinBudget<C>(steps: readonly Step<C>[]): readonly Step<C>[] {
  let kept = 0;
  const first = steps.findLastIndex((step, at) => {
    kept += sizeOf(step);
    return kept > MOST_KEPT && at < steps.length - 1;
  });
  return first < 0 ? steps : steps.slice(first + 1);
}

/** A step never changes: it is measured once. */
const sizes = new WeakMap<object, number>();

function sizeOf(step: Step<unknown>): number {
  const known = sizes.get(step) ?? JSON.stringify(step).length;
  sizes.set(step, known);
  return known;
}

/** The history one step back, and what to change for it; undefined: there is nothing to undo. */
export function back<C>({ past, future }: History<C>): { history: History<C>; change: C } | undefined {
  const step = past.at(-1);
  if (!step) return undefined;
  return { history: { past: past.slice(0, -1), future: [...future, step] }, change: step.undo };
}

export function forward<C>({ past, future }: History<C>): { history: History<C>; change: C } | undefined {
  const step = future.at(-1);
  if (!step) return undefined;
  return { history: { past: [...past, step], future: future.slice(0, -1) }, change: step.redo };
}

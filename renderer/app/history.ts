import type { ClipPart } from '../../contract/clip-recipe.ts';
import type { PageSession } from '../../contract/session.ts';
import type { Sort } from '../../contract/sort.ts';
import type { PresetView } from '../../contract/views.ts';

/** A change that can be made as often as it is asked for; data, so that a step can hold it and its opposite. */
export type Change =
  | { kind: 'settings'; settings: PageSession['settings'] }
  | { kind: 'clip'; clip: NonNullable<PageSession['clip']>['settings'] }
  | { kind: 'style'; style: NonNullable<PageSession['style']>['settings'] }
  /** What was marked in a clip. */
  | { kind: 'part'; source: string; part: ClipPart | undefined }
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

export const MOST_STEPS = 100;

/** After a new step there is nothing to do again. */
export function stepped<C>({ past }: History<C>, step: Step<C>): History<C> {
  return { past: [...past, step].slice(-MOST_STEPS), future: [] };
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

import type { InterpolateStep } from '../../contract/clip-recipe.ts';
import type { Looked } from './clip-store.ts';
import { type Used, usedFrames } from './placing.ts';
import { type Cut, cutsOf } from './timeline.ts';

/**
 * What follows from the frames and the settings, computed once for all that ask. A recipe's step is replaced with every
 * change of it (a drag of an end makes sixty a second), so only what matters here is compared.
 */
function kept<R>(derive: (looked: Looked, step: InterpolateStep) => R) {
  let last: { looked: Looked; step: InterpolateStep; made: R } | undefined;
  return (looked: Looked, step: InterpolateStep): R => {
    if (last?.looked !== looked || !isSame(last.step, step))
      last = { looked, step, made: derive(looked, step) };
    return last.made;
  };
}

function isSame(a: InterpolateStep, b: InterpolateStep): boolean {
  return a.scene === b.scene && a.cuts === b.cuts && a.duplicates === b.duplicates;
}

/** All cuts, found and by hand. */
export const cutsIn = kept((looked, step): Cut[] => cutsOf(looked, looked.changes, step));

/** The frames that the result is made of. */
export const usedIn = kept((looked, step): Used => usedFrames(looked, step));

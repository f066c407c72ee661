import type { ClipPart, InterpolateStep } from '../../contract/clip-recipe.ts';
import { changePart, getState, partOf, type StudioState } from '../app/store.ts';
import { endStep, holdStep } from '../app/undo.ts';

type Marked = Pick<StudioState, 'clip' | 'parts' | 'selected'>;

let last: { of: StudioState['clip']['step']; part: ClipPart; made: InterpolateStep } | undefined;

/** The recipe's step for the clip on screen: the same object as long as nothing in it changes. */
export function stepIn(state: Marked): InterpolateStep {
  const of = state.clip.step;
  const part = partOf(state, state.selected ?? '');
  if (last?.of !== of || last.part !== part) last = { of, part, made: { ...of, ...part } };
  return last.made;
}

export function stepNow(): InterpolateStep {
  return stepIn(getState());
}

/** Marks something in the clip on screen; in the middle of a drag, whose end makes a step of the history of it. */
export function mark(patch: Partial<ClipPart>): void {
  const state = getState();
  if (state.selected !== undefined)
    changePart(state.selected, { ...partOf(state, state.selected), ...patch });
}

/** The same as one step of the history. */
export function markOnce(patch: Partial<ClipPart>): void {
  holdStep();
  mark(patch);
  endStep();
}

import type { InterpolateStep } from '../../contract/clip-recipe.ts';
import type { ClipState, Looked } from './clip-store.ts';
import { partOf, type Sight } from './timeline.ts';

/** What is played: the preview where there is one, else the part that is taken. */
export function rangeIn(looked: Looked, step: InterpolateStep, preview: ClipState['preview']): Sight {
  return preview?.range ?? partOf(looked, step);
}

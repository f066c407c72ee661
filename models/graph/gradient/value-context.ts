import type { ValueContext } from '../values.ts';
import type { Backward } from './backward.ts';

/** A node as the size rules see it, so that a rule reads its lists of axes and places as they do. */
export function valueContextOf(step: Backward): ValueContext {
  return {
    node: step.node,
    value: (index) => ({ type: 'float32', dims: step.dims(index) }),
    has: step.has,
    data: step.numbers,
    list: step.list,
    int: step.int,
    ints: step.ints,
  };
}

import type { Evaluator, Target } from '../../graph/evaluate.ts';
import type { GraphNode } from '../../graph/graph.ts';
import { broadcastStrides, type Numbers, pick, type ValueContext } from '../../graph/values.ts';

/** The numbers of a node's outputs in doubles, from inputs in doubles. */
export type Kernel = Evaluator;

/** @returns the number, or `fallback` where the attribute is absent or of another kind */
export function floatOf(node: GraphNode, name: string, fallback: number): number {
  const attribute = node.attributes[name];
  return attribute && 'float' in attribute ? attribute.float : fallback;
}

/** Input `index` as it would be with the sizes `dims`: repeated along its axes of size 1. */
export function stretched(context: ValueContext, index: number, dims: readonly number[]): Numbers {
  return pick(context.data(index), dims, broadcastStrides(context.value(index).dims, dims));
}

/** A reference that guesses is none: attributes that a kernel does not read must not be there. */
export function refuse({ node }: ValueContext, ...names: readonly string[]): void {
  for (const name of names) {
    if (node.attributes[name]) throw new Error(`The reference of ${node.op} does not know ${name}`);
  }
}

/** An axis cut out of its tensor: `outer` blocks of `size` rows of `inner` numbers. */
export function along(dims: readonly number[], axis: number) {
  const count = (part: readonly number[]) => part.reduce((a, b) => a * b, 1);
  return { outer: count(dims.slice(0, axis)), size: dims[axis] ?? 1, inner: count(dims.slice(axis + 1)) };
}

/** The one list of numbers that an operator with a single output makes. */
export function doubles({ sizes }: Target): Float64Array {
  return new Float64Array((sizes[0] ?? []).reduce((a, b) => a * b, 1));
}

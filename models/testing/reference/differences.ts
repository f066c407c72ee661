import type { Graph } from '../../graph/graph.ts';
import { interpret } from './interpret.ts';

/** Small enough for the third derivative not to show, large enough for the places that a double has. */
const STEP = 1e-5;

/**
 * The gradient of one number of a graph by central differences: every element a little up, a little down.
 * @param loss a value with one element
 * @param most elements that are tried, spread over all; the others are left out
 * @returns slopes by the element's place
 */
export function differences(
  graph: Graph,
  loss: string,
  feeds: Readonly<Record<string, { readonly data: ArrayLike<number>; readonly dims: readonly number[] }>>,
  name: string,
  most = Number.POSITIVE_INFINITY,
): Map<number, number> {
  const feed = feeds[name]!;
  const data = Float64Array.from(feed.data);
  const all = { ...feeds, [name]: { ...feed, data } };
  const lossAt = (at: number, value: number) => {
    data[at] = value;
    return interpret(graph, all).get(loss)!.data[0]!;
  };
  const tried = Math.min(most, data.length);
  return new Map(
    Array.from({ length: tried }, (_, index) => {
      const at = Math.floor(((index + 0.5) * data.length) / tried);
      const x = data[at]!;
      const rise = lossAt(at, x + STEP) - lossAt(at, x - STEP);
      data[at] = x;
      return [at, rise / (2 * STEP)];
    }),
  );
}
